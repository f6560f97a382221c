// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/failure.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/json.h"

namespace countersign::plugin {
namespace {

// What whoever signs can mend: "Any of the required request fields was empty, or a value was
// malformed/invalid. Includes condition where the key referenced by keyId was not found."
constexpr std::array kValidation{Reason::BadRequest, Reason::BadConfig, Reason::CertificateProfile,
                                 Reason::CertificateExpired};
// "Authentication/authorization error to use given key."
constexpr std::array kDenied{Reason::KeyVaultDenied, Reason::AzureIdentityRefused};

bool is_one_of(std::span<const Reason> reasons, Reason reason) {
  return std::ranges::find(reasons, reason) != reasons.end();
}

ErrorCode code_of(Reason reason) {
  if (reason == Reason::DeadlineExceeded) {
    return ErrorCode::Timeout;
  }
  if (reason == Reason::RegistryThrottled) {
    return ErrorCode::Throttled;
  }
  if (is_one_of(kDenied, reason)) {
    return ErrorCode::AccessDenied;
  }
  return is_one_of(kValidation, reason) ? ErrorCode::Validation : ErrorCode::Generic;
}

std::string_view wire_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::Generic:
      return "ERROR";
    case ErrorCode::Validation:
      return "VALIDATION_ERROR";
    case ErrorCode::UnsupportedContractVersion:
      return "UNSUPPORTED_CONTRACT_VERSION";
    case ErrorCode::AccessDenied:
      return "ACCESS_DENIED";
    case ErrorCode::Timeout:
      return "TIMEOUT";
    case ErrorCode::Throttled:
      return "THROTTLED";
  }
  return "ERROR";
}

}  // namespace

Failure failure_of(Error error) {
  return {code_of(error.reason), std::move(error.detail), error.reason};
}

std::string render(const Failure& failure) {
  codec::JsonWriter json;
  json.begin_object()
      .member("errorCode", wire_name(failure.code))
      .member("errorMessage", log::clean(failure.message, limits::kLogField));
  if (failure.reason) {
    json.key("errorMetadata")
        .begin_object()
        .member("reason", countersign::wire_name(*failure.reason))
        .end_object();
  }
  json.end_object();
  return json.take();
}

}  // namespace countersign::plugin
