// SPDX-License-Identifier: Apache-2.0
#include "azure/object_name.h"

#include <algorithm>
#include <string>

#include "countersign/azure/key_vault.h"
#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

namespace countersign::azure {
namespace {

bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_of_a_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool has_length_of_a_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kVaultObjectName;
}

}  // namespace

Result<std::string> parse_object_name(std::string_view text) {
  if (!has_length_of_a_name(text) || !std::ranges::all_of(text, is_of_a_name)) {
    return fail(Reason::BadConfig,
                "not a name of an object in Key Vault: 1 to 127 letters, digits and \"-\"");
  }
  return std::string(text);
}

Result<std::string> parse_object_version(std::string_view text) {
  if (text.size() != limits::kVaultVersionDigits || !std::ranges::all_of(text, is_hexadecimal)) {
    return fail(Reason::BadConfig,
                "not a version of an object in Key Vault: 32 hexadecimal digits");
  }
  return net::lower(text);
}

Result<std::string> parse_object_pattern(std::string_view text) {
  const auto is_of_a_pattern = [](char c) { return is_of_a_name(c) || c == '*'; };
  if (!has_length_of_a_name(text) || !text.contains('*') ||
      !std::ranges::all_of(text, is_of_a_pattern)) {
    return fail(Reason::BadConfig,
                "not a pattern of names in Key Vault: 1 to 127 letters, digits, \"-\" and \"*\", "
                "which stands for any characters and occurs at least once");
  }
  return std::string(text);
}

bool same_name(std::string_view one, std::string_view other) {
  return net::lower(one) == net::lower(other);
}

// What the last "*" stands for grows by one character whenever the text after it doesn't fit.
bool name_matches(std::string_view pattern, std::string_view name) {
  const auto wanted = net::lower(pattern);
  const auto text = net::lower(name);
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t after_star = std::string::npos;  // in the pattern
  std::size_t resume = 0;                      // in the text
  while (in_text < text.size()) {
    if (at < wanted.size() && wanted[at] == '*') {
      after_star = ++at;
      resume = in_text;
    } else if (at < wanted.size() && wanted[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (after_star != std::string::npos) {
      at = after_star;
      in_text = ++resume;
    } else {
      return false;
    }
  }
  return wanted.find_first_not_of('*', at) == std::string::npos;
}

}  // namespace countersign::azure
