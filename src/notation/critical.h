// SPDX-License-Identifier: Apache-2.0
// The `crit` header parameter: what a verifier must understand or refuse.
#pragma once
#include <span>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"

namespace countersign::notation {

// `crit` is there, lists `required`, and lists nothing that is absent or that we don't act upon.
// Reason::EnvelopeInvalid. Stricter than the Notation CLI, which ignores critical attributes that
// it doesn't know, integer labels 0 to 8 and repetitions.
[[nodiscard]] Result<void> check_critical(const codec::Cbor& protected_header,
                                          std::span<const std::string_view> required);

}  // namespace countersign::notation
