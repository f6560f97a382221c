// SPDX-License-Identifier: Apache-2.0
#include "x509/distinguished_name.h"

#include <algorithm>
#include <optional>

#include "countersign/base/limits.h"
#include "countersign/base/utf8.h"

namespace countersign::x509 {
namespace {

Result<TextAttribute> take_attribute(std::string_view& rest, Reason reason);
std::optional<std::string> take_value(std::string_view& rest);
std::optional<char> take_escape(std::string_view& rest);
std::string_view trim_front(std::string_view text);
bool is_text(std::string_view text);

}  // namespace

Result<std::vector<TextAttribute>> split_distinguished_name(std::string_view text, Reason reason) {
  if (text.size() > limits::kNameBytes) {
    return fail(reason, "distinguished name is larger than the limit");
  }
  if (text.contains("=#")) {
    return fail(reason, "distinguished name has a value in hexadecimal BER");
  }
  std::vector<TextAttribute> attributes;
  for (bool more = true; more;) {
    TRY(auto attribute, take_attribute(text, reason));
    attributes.push_back(std::move(attribute));
    if (attributes.size() > limits::kNameAttributes) {
      return fail(reason, "distinguished name has more attributes than the limit");
    }
    if (text.starts_with('+')) {
      return fail(reason, "distinguished name has a multi-valued attribute");
    }
    more = !text.empty();  // at `,` or `;`
    text.remove_prefix(more ? 1 : 0);
  }
  return attributes;
}

namespace {

Result<TextAttribute> take_attribute(std::string_view& rest, Reason reason) {
  rest = trim_front(rest);
  const std::size_t equals = rest.find_first_of("=,;+\\");
  if (equals == std::string_view::npos || rest[equals] != '=') {
    return fail(reason, "distinguished name has an attribute without a value");
  }
  std::string_view type = rest.substr(0, equals);
  type = type.substr(0, type.find_last_not_of(' ') + 1);
  rest.remove_prefix(equals + 1);
  auto value = take_value(rest);
  if (type.empty() || !value || value->empty() || !is_text(*value)) {
    return fail(reason, "distinguished name has a malformed attribute");
  }
  return TextAttribute{std::string(type), *std::move(value)};
}

// Up to a separator, which stays in `rest`.
std::optional<std::string> take_value(std::string_view& rest) {
  std::string value;
  std::size_t kept = 0;  // characters up to the last that is escaped or no space
  rest = trim_front(rest);
  if (rest.starts_with('#')) {
    return std::nullopt;
  }
  while (!rest.empty() && !std::string_view(",;+").contains(rest.front())) {
    const char next = rest.front();
    rest.remove_prefix(1);
    if (next != '\\') {
      value += next;
      kept = next == ' ' ? kept : value.size();
      continue;
    }
    const auto escaped = take_escape(rest);
    if (!escaped) {
      return std::nullopt;
    }
    value += *escaped;
    kept = value.size();
  }
  value.resize(kept);
  return value;
}

std::optional<unsigned> hex_digit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t at = kDigits.find(lower);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

// RFC 4514, 3: pair = ESC ( ESC / special / hexpair ).
std::optional<char> take_escape(std::string_view& rest) {
  if (!rest.empty() && std::string_view(" \"#+,;<=>\\").contains(rest.front())) {
    const char special = rest.front();
    rest.remove_prefix(1);
    return special;
  }
  if (rest.size() < 2) {
    return std::nullopt;
  }
  const auto high = hex_digit(rest[0]);
  const auto low = hex_digit(rest[1]);
  if (!high || !low) {
    return std::nullopt;
  }
  rest.remove_prefix(2);
  return static_cast<char>(static_cast<unsigned char>(*high << 4U | *low));
}

std::string_view trim_front(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

bool is_text(std::string_view text) { return is_utf8(text) && !text.contains('\0'); }

}  // namespace
}  // namespace countersign::x509
