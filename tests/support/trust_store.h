// SPDX-License-Identifier: Apache-2.0
// A trust store of certificates at hand.
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "countersign/trust/snapshot.h"

namespace countersign::test {

inline std::vector<trust::Entry> entries_of(const std::vector<x509::Certificate>& certificates) {
  std::vector<trust::Entry> entries;
  for (const auto& certificate : certificates) {
    entries.push_back({certificate});
  }
  return entries;
}

inline trust::Store store_of(const std::vector<x509::Certificate>& certificates,
                             std::optional<Time> stale_at = std::nullopt) {
  return trust::Store({{.name = "all",
                        .entries = entries_of(certificates),
                        .loaded_at = Time(),
                        .stale_at = stale_at}});
}

}  // namespace countersign::test
