// SPDX-License-Identifier: Apache-2.0
// Numbers by chance, the same in every run: what happens to whom is decided by its number alone,
// whichever thread comes first.
#pragma once
#include <cstdint>

namespace countersign::soak {

inline std::uint64_t chance(std::uint64_t number) {  // splitmix64
  constexpr std::uint64_t kSeed = 20'260'528;
  auto mixed = kSeed + (number + 1) * 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

}  // namespace countersign::soak
