// SPDX-License-Identifier: Apache-2.0
#include "soak/footprint.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace countersign::soak {
namespace {

std::size_t entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    if (name == "VmRSS:") {
      std::size_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  return 0;
}

}  // namespace

Footprint Footprint::now() {
  return {resident_kib(), entries("/proc/self/fd"), entries("/proc/self/task")};
}

void Footprint::grow_to(const Footprint& other) {
  memory_kib = std::max(memory_kib, other.memory_kib);
  descriptors = std::max(descriptors, other.descriptors);
  threads = std::max(threads, other.threads);
}

}  // namespace countersign::soak
