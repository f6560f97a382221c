// SPDX-License-Identifier: Apache-2.0
// What this process takes of the machine, as Linux tells it.
#pragma once
#include <cstddef>

namespace countersign::soak {

struct Footprint {
  std::size_t memory_kib = 0;  // resident
  std::size_t descriptors = 0;
  std::size_t threads = 0;

  static Footprint now();
  void grow_to(const Footprint& other);  // the greater of each
};

}  // namespace countersign::soak
