// SPDX-License-Identifier: Apache-2.0
#include "notation/registry_scope.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/oci/image_ref.h"

// Every function here takes linear time: a scope is configuration, but names are matched with it.
namespace countersign::notation {
namespace {

bool is_domain(std::string_view text);
bool is_host_label(std::string_view label);
bool is_port(std::string_view text);
bool is_path(std::string_view text);
bool is_path_component(std::string_view component);
bool is_path_separator(std::string_view separator);
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }
bool is_alphanumeric(char c) { return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z'); }

// Does `accept` hold for each part between the separators?
template <class Accept>
bool all_parts(std::string_view text, char separator, Accept accept) {
  while (true) {
    const auto end = text.find(separator);
    if (!accept(text.substr(0, end))) {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::string> parse_scope(std::string_view text) {
  if (text == kWildcardScope) {
    return std::string(text);
  }
  const auto slash = text.find('/');
  if (text.size() > limits::kReferenceBytes || slash == std::string_view::npos ||
      !is_domain(text.substr(0, slash)) || !is_path(text.substr(slash + 1))) {
    return fail(Reason::BadConfig, "registry scope \"" + std::string(text) +
                                       "\" is not a fully qualified repository without scheme, "
                                       "wildcard, tag and digest");
  }
  return oci::canonical_scope(text);
}

namespace {

bool is_domain(std::string_view text) {
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) {
    return false;
  }
  return all_parts(text.substr(0, colon), '.', is_host_label);
}

bool is_host_label(std::string_view label) {
  return !label.empty() && is_alphanumeric(label.front()) && is_alphanumeric(label.back()) &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_port(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

bool is_path(std::string_view text) { return all_parts(text, '/', is_path_component); }

// Runs of lower-case letters and digits with one separator between each two.
bool is_path_component(std::string_view component) {
  if (component.empty() || !is_lower_alphanumeric(component.back())) {
    return false;
  }
  while (!component.empty()) {
    const auto run = std::ranges::find_if_not(component, is_lower_alphanumeric);
    const auto next = std::find_if(run, component.end(), is_lower_alphanumeric);
    if (run == component.begin() || (run != next && !is_path_separator({run, next}))) {
      return false;
    }
    component.remove_prefix(static_cast<std::size_t>(next - component.begin()));
  }
  return true;
}

bool is_path_separator(std::string_view separator) {
  return separator == "." || separator == "_" || separator == "__" ||
         std::ranges::all_of(separator, [](char c) { return c == '-'; });
}

}  // namespace
}  // namespace countersign::notation
