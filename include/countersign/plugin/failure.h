// SPDX-License-Identifier: Apache-2.0
// How a plugin of Notation says that it could not (Notary Project, plugin-extensibility.md, "Plugin
// contract" and "Error codes for describe-key and generate-signature").
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "countersign/base/result.h"

namespace countersign::plugin {

enum class ErrorCode : std::uint8_t {
  Generic,                     // "ERROR"
  Validation,                  // the request, or what it names, can't be used
  UnsupportedContractVersion,  // of another major version than ours
  AccessDenied,
  Timeout,    // may be tried again
  Throttled,  // may be tried again
};

struct Failure {
  ErrorCode code = ErrorCode::Generic;
  std::string message;                // for people
  std::optional<Reason> reason = {};  // ours, where there is one: it goes into errorMetadata
};

template <class T>
using Answer = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> refuse(ErrorCode code, std::string message) {
  return std::unexpected(Failure{code, std::move(message), {}});
}

// Our reasons in the protocol's coarser terms. A vault that throttles is KeyVaultUnavailable like
// one that is out of order, so that is ERROR.
Failure failure_of(Error);

template <class T>
[[nodiscard]] Answer<T> answer_of(Result<T> result) {
  if (!result) {
    return std::unexpected(failure_of(std::move(result).error()));
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

// {"errorCode":"VALIDATION_ERROR","errorMessage":"...","errorMetadata":{"reason":"BAD_CONFIG"}}
std::string render(const Failure&);

}  // namespace countersign::plugin
