// SPDX-License-Identifier: Apache-2.0
#include "notation/policy_members.h"

#include <algorithm>

#include "countersign/base/limits.h"

namespace countersign::notation {

Result<void> check_members(const codec::Json& json, std::string_view what,
                           std::initializer_list<std::string_view> known) {
  if (!json.is_object()) {
    return fail(Reason::BadConfig, std::string(what) + " is not an object");
  }
  for (const auto& [member, value] : json.members()) {
    if (std::ranges::find(known, member) == known.end()) {
      return fail(Reason::BadConfig, "unknown member \"" + member + "\" in " + std::string(what));
    }
  }
  return {};
}

Result<std::vector<std::string>> read_strings(const codec::Json& json, std::string_view member) {
  const codec::Json* list = json.find(member);
  if (list == nullptr) {
    return std::vector<std::string>{};
  }
  if (!list->is_array() || list->elements().size() > limits::kPolicyValues) {
    return fail(Reason::BadConfig, std::string(member) + " is not an array of at most " +
                                       std::to_string(limits::kPolicyValues) + " strings");
  }
  std::vector<std::string> strings;
  for (const auto& element : list->elements()) {
    if (element.string() == nullptr) {
      return fail(Reason::BadConfig, std::string(member) + " has an element that is not a string");
    }
    strings.push_back(*element.string());
  }
  return strings;
}

}  // namespace countersign::notation
