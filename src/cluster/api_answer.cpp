// SPDX-License-Identifier: Apache-2.0
#include "cluster/api_answer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::cluster {
namespace {

using codec::Json;

constexpr std::string_view kServer = "the Kubernetes API server ";

Error no_exchange(const Resource& resource, const Error& cause);
Result<std::optional<Json>> read_object(const Resource& resource, const std::string& body);
bool says_not_found(const std::string& body);
Error refusal(const Resource& resource, const net::Response& response);

Error error(Reason reason, std::string_view what) {
  return {reason, std::string(kServer) + std::string(what)};
}

}  // namespace

Result<std::optional<Json>> read_answer(const Resource& resource,
                                        const Result<net::Response>& answer) {
  if (!answer) {
    return std::unexpected(no_exchange(resource, answer.error()));
  }
  if (answer->status == 200) {
    return read_object(resource, answer->body);
  }
  if (answer->status == 404 && says_not_found(answer->body)) {
    return std::nullopt;
  }
  return std::unexpected(refusal(resource, *answer));
}

namespace {

Error no_exchange(const Resource& resource, const Error& cause) {
  if (cause.reason == Reason::DeadlineExceeded) {
    return error(cause.reason, "did not give the " + resource.text() + " in time");
  }
  if (cause.reason == Reason::AddressNotAllowed) {
    return error(cause.reason, "has an address that is not among its allowAddresses");
  }
  return error(Reason::CredentialsUnavailable,
               "could not be asked for the " + resource.text() + ": " + cause.detail);
}

Result<Json> parse(const std::string& body) {
  return Json::parse(body, {.bytes = limits::kApiObjectBytes, .depth = limits::kJsonDepth},
                     Reason::CredentialsUnavailable);
}

Result<std::optional<Json>> read_object(const Resource& resource, const std::string& body) {
  auto object = parse(body);
  const auto* kind = object ? object->find_string("kind") : nullptr;
  if (kind == nullptr || *kind != resource.kind_name()) {
    return std::unexpected(
        error(Reason::CredentialsUnavailable, "answers with what is not the " + resource.text()));
  }
  return *std::move(object);
}

bool says_not_found(const std::string& body) {
  const auto status = parse(body);
  const auto says = [&status](std::string_view member, std::string_view text) {
    const auto* value = status ? status->find_string(member) : nullptr;
    return value != nullptr && *value == text;
  };
  return says("kind", "Status") && says("reason", "NotFound");
}

// Only digits: the text goes into a message.
std::string pause(const net::Response& response) {
  const auto* after = response.header("retry-after");
  const bool number = after != nullptr && !after->empty() && after->size() <= 9 &&
                      std::ranges::all_of(*after, [](char c) { return c >= '0' && c <= '9'; });
  return number ? ", for " + *after + " s" : std::string();
}

Error refusal(const Resource& resource, const net::Response& response) {
  switch (response.status) {
    case 401:
      return error(Reason::BadConfig, "refuses the webhook's token");
    case 403:
      return error(Reason::BadConfig,
                   "forbids the webhook to get the " + resource.text() + " (docs/credentials.md)");
    case 410:
      return error(Reason::CredentialsUnavailable, "says that the " + resource.text() + " is gone");
    case 429:
      return error(Reason::CredentialsUnavailable, "limits our requests" + pause(response));
    default:
      return error(
          Reason::CredentialsUnavailable,
          "answers with status " + std::to_string(response.status) + " for the " + resource.text());
  }
}

}  // namespace
}  // namespace countersign::cluster
