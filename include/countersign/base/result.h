// SPDX-License-Identifier: Apache-2.0
// How a function says "I could not": Result<T> holds a value or an Error.
//
// An Error means that we could not find out; what was found out, good or bad, is a value (Verdict,
// Report, Decision). Both deny, but only an Error may be tried again. No interface of ours throws.
#pragma once
#include <expected>
#include <string>
#include <utility>

#include "countersign/base/reason.h"

namespace countersign {

struct Error {
  Reason reason = Reason::Internal;
  std::string detail;  // for people: cleaned by who shows it, never parsed, never compared
};

template <class T>
using Result = std::expected<T, Error>;  // functions that return one are [[nodiscard]]

[[nodiscard]] inline std::unexpected<Error> fail(Reason reason, std::string detail) {
  return std::unexpected(Error{reason, std::move(detail)});
}

#define COUNTERSIGN_CAT_(a, b) a##b
#define COUNTERSIGN_CAT(a, b) COUNTERSIGN_CAT_(a, b)
#define COUNTERSIGN_TRY_(tmp, declaration, expression) \
  auto tmp = (expression);                             \
  if (!tmp) {                                          \
    return std::unexpected(std::move(tmp).error());    \
  }                                                    \
  declaration = std::move(tmp).value()
// TRY(auto x, f());  declares x from f()'s value, or returns f()'s error.
#define TRY(declaration, expression) \
  COUNTERSIGN_TRY_(COUNTERSIGN_CAT(try_, __COUNTER__), declaration, expression)
// TRY_VOID(f());  the same for Result<void>.
#define TRY_VOID(expression)                             \
  if (auto try_void = (expression); !try_void) {         \
    return std::unexpected(std::move(try_void).error()); \
  }

}  // namespace countersign
