// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/status.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::registry {
namespace {

Reason reason_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Reason::RegistryAuth;
    case 404:
      return Reason::ImageNotFound;
    case 429:
      return Reason::RegistryThrottled;
    case 408:
      return Reason::RegistryUnavailable;
    default:  // of all integers
      return status >= 500 ? Reason::RegistryUnavailable : Reason::RegistryResponse;
  }
}

bool is_code(std::string_view text) {
  static constexpr std::size_t kLongest = 32;  // BLOB_UPLOAD_UNKNOWN and its like
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

}  // namespace

std::string error_code(const net::Response& response) {
  const auto json = codec::Json::parse(response.body, {.bytes = limits::kRegistryErrorBytes},
                                       Reason::RegistryResponse);
  const auto* errors = json ? json->find("errors") : nullptr;
  if (errors == nullptr || errors->elements().empty()) {
    return {};
  }
  const auto* code = errors->elements().front().find_string("code");
  return code != nullptr && is_code(*code) ? *code : std::string();
}

Error status_error(const net::Response& response, std::string_view host) {
  std::string detail = std::string(host) + " answers " + std::to_string(response.status);
  if (const auto code = error_code(response); !code.empty()) {
    detail += " " + code;
  }
  if (response.status == 401 || response.status == 403) {
    // ACR, Docker Hub and GHCR answer so for repositories that they do not have, too.
    detail += ": no right to pull, or no such repository";
  }
  return {reason_of(response.status), std::move(detail)};
}

}  // namespace countersign::registry
