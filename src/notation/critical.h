// SPDX-License-Identifier: Apache-2.0
// The `crit` header parameter: what a verifier must understand or refuse.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::notation {

struct CriticalNames {  // of attributes that are there and that we act upon
  std::vector<std::string_view> required;
  std::vector<std::string_view> allowed;
};

// `listed` has all that is required, nothing that is not allowed, and no name twice.
// Reason::EnvelopeInvalid. Stricter than the Notation CLI, which ignores critical attributes that
// it doesn't know, and in COSE repetitions.
[[nodiscard]] Result<void> check_critical(std::span<const std::string> listed,
                                          const CriticalNames& names);

}  // namespace countersign::notation
