// SPDX-License-Identifier: Apache-2.0
// The attributes of a version of an object: whether its owner still wants it to be used.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/codec/json.h"

namespace countersign::azure {

struct Attributes {
  bool enabled = false;
  std::optional<Time> not_before = {};  // nbf
  std::optional<Time> expires = {};     // exp
  std::optional<Time> created = {};
};

// Of an answer about an object, or an entry of a list. KeyVaultUnavailable without `enabled`.
[[nodiscard]] Result<Attributes> read_attributes(const codec::Json& object);

enum class Standing : std::uint8_t { Disabled, NotYetValid, Ended, Usable };

// From nbf on, and up to exp without it.
Standing standing(const Attributes&, Time now);
std::string_view text_of(Standing);  // "is disabled", "has ended"

}  // namespace countersign::azure
