// SPDX-License-Identifier: Apache-2.0
#include "notation/critical.h"

#include <algorithm>
#include <set>

namespace countersign::notation {
namespace {

bool has(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

Result<void> check_critical(std::span<const std::string> listed, const CriticalNames& names) {
  if (listed.empty()) {
    return fail(Reason::EnvelopeInvalid, "crit is empty");
  }
  std::set<std::string_view> seen;
  for (const std::string& name : listed) {
    // RFC 9052, 3.1, and RFC 7515, 4.1.11: what is critical and can't be processed is a failure.
    if (!has(names.required, name) && !has(names.allowed, name)) {
      return fail(Reason::EnvelopeInvalid,
                  "critical attribute \"" + name + "\" is missing or not supported");
    }
    if (!seen.insert(name).second) {
      return fail(Reason::EnvelopeInvalid, "crit lists \"" + name + "\" twice");
    }
  }
  for (const auto name : names.required) {
    if (!seen.contains(name)) {
      return fail(Reason::EnvelopeInvalid, "header " + std::string(name) + " is not critical");
    }
  }
  return {};
}

}  // namespace countersign::notation
