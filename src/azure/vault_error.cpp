// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_error.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/net/header_reader.h"

namespace countersign::azure {
namespace {

using codec::Json;
using Codes = std::vector<std::string>;

constexpr std::size_t kRequestIdBytes = 64;  // a UUID

Error no_exchange(const Resource& resource, const Vault& vault, const Error& cause);
Result<VaultAnswer> judge_status(const Resource& resource, const Vault& vault,
                                 const net::Response& response);
Error forbidden(const Resource& resource, std::string prefix, const Codes& codes);

bool has(const Codes& codes, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(codes, [wanted](const auto& code) {
    return std::ranges::find(wanted, code) != wanted.end();
  });
}

}  // namespace

Result<VaultAnswer> judge(const Resource& resource, const Vault& vault,
                          Result<net::Response> answer) {
  if (!answer) {
    return std::unexpected(no_exchange(resource, vault, answer.error()));
  }
  if (answer->status == 200) {
    return VaultAnswer{VaultAnswer::State::There, std::move(answer->body)};
  }
  return judge_status(resource, vault, *answer);
}

namespace {

Error no_exchange(const Resource& resource, const Vault& vault, const Error& cause) {
  auto reason = cause.reason;
  switch (reason) {
    case Reason::RegistryUnavailable:
    case Reason::RegistryThrottled:
    case Reason::RegistryResponse:
      reason = Reason::KeyVaultUnavailable;
      break;
    default:  // the time is up, our own limits, addresses that are not allowed
      break;
  }
  return {reason,
          vault.host + " could not be asked for " + text_of(resource) + ": " + cause.detail};
}

std::string joined(const Codes& codes) {
  std::string text;
  for (const auto& code : codes) {
    text += " " + code;
  }
  return text;
}

// A 404 that Key Vault did not write comes from something on the way, which does not know.
std::optional<std::string> gone(int status, const Codes& codes) {
  if (status == 404 && !codes.empty()) {
    return "is not in the vault";
  }
  if (status == 403 && has(codes, {"SecretDisabled", "CertificateDisabled", "KeyDisabled"})) {
    return "is disabled";
  }
  return std::nullopt;
}

Result<VaultAnswer> judge_status(const Resource& resource, const Vault& vault,
                                 const net::Response& response) {
  const auto codes = error_codes(response.body);
  const int status = response.status;
  if (auto why = gone(status, codes)) {
    return VaultAnswer{VaultAnswer::State::Gone, *std::move(why)};
  }
  const auto answers = vault.host + " answers " + std::to_string(status) + joined(codes) + " for " +
                       text_of(resource) + request_id(response);
  if (status == 403) {
    return std::unexpected(forbidden(resource, answers, codes));
  }
  if (status == 400) {
    return fail(Reason::BadConfig, answers + ": a name or the apiVersion is not known there");
  }
  if (status == 429) {
    return fail(Reason::KeyVaultUnavailable, answers + ": it limits our requests");
  }
  if (status >= 300 && status < 400) {
    return fail(Reason::KeyVaultUnavailable, answers + ": redirects are not followed");
  }
  return fail(Reason::KeyVaultUnavailable, answers);
}

Error forbidden(const Resource& resource, std::string prefix, const Codes& codes) {
  const auto role = "the role \"" + std::string(needed_role(resource)) + "\"";
  const auto policy = "an access policy with " + needed_permission(resource);
  auto hint = "our identity lacks " + role + " or " + policy +
              ", or the vault's network rules refuse our address";
  if (has(codes, {"ForbiddenByRbac"})) {
    hint = "our identity lacks " + role + "; a new assignment takes up to ten minutes";
  } else if (has(codes, {"AccessDenied"})) {
    hint = "our identity lacks " + policy;
  } else if (has(codes, {"ForbiddenByFirewall"})) {
    hint = "the vault's network rules refuse our address";
  } else if (has(codes, {"ForbiddenByConnection"})) {
    hint = "the vault's network rules want a private endpoint or a trusted network";
  }
  return {Reason::KeyVaultDenied, std::move(prefix) + ": " + hint};
}

const Json* find_folded(const Json& object, std::string_view lower_case_name) {
  for (const auto& [name, value] : object.members()) {
    if (net::lower(name) == lower_case_name) {
      return &value;
    }
  }
  return nullptr;
}

bool is_code(std::string_view text) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && text.size() <= limits::kVaultErrorCode &&
         std::ranges::all_of(text, is_letter_or_digit);
}

Result<Json> parse(std::string_view body) {
  return Json::parse(body, {.bytes = limits::kVaultAnswerBytes}, Reason::KeyVaultUnavailable);
}

}  // namespace

Codes error_codes(std::string_view body) {
  Codes codes;
  const auto document = parse(body);
  const auto* error = document ? find_folded(*document, "error") : nullptr;
  for (std::size_t depth = 0; error != nullptr && depth < limits::kVaultInnerErrors; ++depth) {
    const auto* code = find_folded(*error, "code");
    if (code != nullptr && code->string() != nullptr && is_code(*code->string())) {
      codes.push_back(*code->string());
    }
    error = find_folded(*error, "innererror");
  }
  return codes;
}

std::string refusal_code(std::string_view body) {
  constexpr std::string_view kPrefix = "AKV";
  constexpr std::size_t kDigits = 5;
  const auto document = parse(body);
  const auto* error = document ? find_folded(*document, "error") : nullptr;
  const auto* message = error != nullptr ? find_folded(*error, "message") : nullptr;
  if (message == nullptr || message->string() == nullptr) {
    return {};
  }
  const auto code = std::string_view(*message->string()).substr(0, kPrefix.size() + kDigits);
  const auto digits = code.substr(std::min(kPrefix.size(), code.size()));
  const bool good = code.starts_with(kPrefix) && digits.size() == kDigits &&
                    digits.find_first_not_of("0123456789") == std::string_view::npos;
  return good ? std::string(code) : std::string();
}

std::string request_id(const net::Response& response) {
  const auto* id = response.header("x-ms-request-id");
  const bool good = id != nullptr && !id->empty() && id->size() <= kRequestIdBytes &&
                    id->find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
  return good ? ", request " + *id : std::string();
}

}  // namespace countersign::azure
