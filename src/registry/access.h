// SPDX-License-Identifier: Apache-2.0
// What a token is to be good for.
#pragma once
#include <cstdint>

namespace countersign::registry {

enum class Access : std::uint8_t {
  Pull,
  Push  // and pull
};

}  // namespace countersign::registry
