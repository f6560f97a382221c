// SPDX-License-Identifier: Apache-2.0
#include "app/reference_list.h"

#include <algorithm>

#include "countersign/base/limits_signing.h"

namespace countersign::app {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
  return line.substr(0, line.find_last_not_of(kSpace) + 1);
}

}  // namespace

Result<std::vector<std::string>> parse_reference_list(std::string_view text) {
  std::vector<std::string> references;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = trimmed(text.substr(0, end)); !line.empty()) {
      references.emplace_back(line);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    if (references.size() > limits::kReferencesAtOnce) {
      return fail(Reason::BadConfig,
                  "more than " + std::to_string(limits::kReferencesAtOnce) + " references at once");
    }
  }
  if (references.empty()) {
    return fail(Reason::BadConfig, "there is no reference");
  }
  return references;
}

}  // namespace countersign::app
