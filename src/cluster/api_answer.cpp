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
constexpr std::string_view kNotFound = "NotFound";
constexpr std::string_view kAlreadyExists = "AlreadyExists";
constexpr std::string_view kConflict = "Conflict";

Error no_exchange(const Resource& resource, const Error& cause);
Result<Json> read_object(const Resource& resource, const std::string& body);
bool says(const std::string& body, std::string_view reason);
Error refusal(Verb verb, const Resource& resource, const net::Response& response);

Error error(Reason reason, std::string_view what) {
  return {reason, std::string(kServer) + std::string(what)};
}

}  // namespace

std::string_view name(Verb verb) {
  switch (verb) {
    case Verb::Get:
      return "get";
    case Verb::Create:
      return "create";
    case Verb::Update:
      return "update";
    case Verb::Patch:
      return "patch";
  }
  return {};
}

Result<std::optional<Json>> read_answer(const Resource& resource,
                                        const Result<net::Response>& answer) {
  if (!answer) {
    return std::unexpected(no_exchange(resource, answer.error()));
  }
  if (answer->status == 200) {
    return read_object(resource, answer->body);
  }
  if (answer->status == 404 && says(answer->body, kNotFound)) {
    return std::nullopt;
  }
  return std::unexpected(refusal(Verb::Get, resource, *answer));
}

Result<Written> read_written(Verb verb, const Resource& resource,
                             const Result<net::Response>& answer) {
  using Outcome = Written::Outcome;
  if (!answer) {
    return std::unexpected(no_exchange(resource, answer.error()));
  }
  const auto& body = answer->body;
  if (answer->status == 200 || answer->status == 201) {
    TRY(auto object, read_object(resource, body));
    return Written{Outcome::Done, std::move(object)};
  }
  if (answer->status == 409 && says(body, kConflict)) {
    return Written{Outcome::Conflict};
  }
  if (answer->status == 409 && says(body, kAlreadyExists)) {
    return Written{Outcome::AlreadyExists};
  }
  if (answer->status == 404 && says(body, kNotFound)) {
    return Written{Outcome::NotFound};
  }
  return std::unexpected(refusal(verb, resource, *answer));
}

namespace {

Error no_exchange(const Resource& resource, const Error& cause) {
  if (cause.reason == Reason::DeadlineExceeded) {
    return error(cause.reason, "did not answer about the " + resource.text() + " in time");
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

Result<Json> read_object(const Resource& resource, const std::string& body) {
  auto object = parse(body);
  const auto* kind = object ? object->find_string("kind") : nullptr;
  if (kind == nullptr || *kind != resource.kind_name()) {
    return std::unexpected(
        error(Reason::CredentialsUnavailable, "answers with what is not the " + resource.text()));
  }
  return *std::move(object);
}

// In the API's own words: a Status with this reason.
bool says(const std::string& body, std::string_view reason) {
  const auto status = parse(body);
  const auto has = [&status](std::string_view member, std::string_view text) {
    const auto* value = status ? status->find_string(member) : nullptr;
    return value != nullptr && *value == text;
  };
  return has("kind", "Status") && has("reason", reason);
}

// Only digits: the text goes into a message.
std::string pause(const net::Response& response) {
  const auto* after = response.header("retry-after");
  const bool number = after != nullptr && !after->empty() && after->size() <= 9 &&
                      std::ranges::all_of(*after, [](char c) { return c >= '0' && c <= '9'; });
  return number ? ", for " + *after + " s" : std::string();
}

std::string_view page(Resource::Kind kind) {  // that says which rights are needed
  switch (kind) {
    case Resource::Kind::Secret:
    case Resource::Kind::ServiceAccount:
    case Resource::Kind::Event:
    case Resource::Kind::Namespace:
      return "docs/credentials.md";
    case Resource::Kind::ValidatingWebhookConfiguration:
    case Resource::Kind::Provider:
      return "docs/certificates.md";
  }
  return {};
}

Error forbidden(Verb verb, const Resource& resource) {
  // One Secret is read for pulling, another is kept: it is written, too.
  const auto where = verb == Verb::Create || verb == Verb::Update
                         ? resource.kind() == Resource::Kind::Event ? "docs/credentials.md"
                                                                    : "docs/certificates.md"
                         : page(resource.kind());
  return error(Reason::BadConfig, "forbids the webhook to " + std::string(name(verb)) + " the " +
                                      resource.text() + " (" + std::string(where) + ")");
}

Error refusal(Verb verb, const Resource& resource, const net::Response& response) {
  switch (response.status) {
    case 400:
    case 415:
    case 422:
      return error(verb == Verb::Get ? Reason::CredentialsUnavailable : Reason::Internal,
                   "finds invalid what we send for the " + resource.text());
    case 401:
      return error(Reason::BadConfig, "refuses the webhook's token");
    case 403:
      return forbidden(verb, resource);
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
