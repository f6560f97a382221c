// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/utf8.h"

#include <array>

namespace countersign {
namespace {

struct Form {  // one row of RFC 3629 section 3
  unsigned char mask, pattern;
  std::size_t length;
  char32_t least;  // a smaller code has a shorter form
};

constexpr std::array kForms{Form{0x80, 0x00, 1, 0x0}, Form{0xE0, 0xC0, 2, 0x80},
                            Form{0xF0, 0xE0, 3, 0x800}, Form{0xF8, 0xF0, 4, 0x10000}};

bool is_scalar_value(char32_t code) {
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code <= 0x10FFFF && !surrogate;
}

Utf8Character decode(std::string_view text, const Form& form) {
  if (text.size() < form.length) {
    return {};
  }
  char32_t code = static_cast<unsigned char>(text[0]) & static_cast<unsigned char>(~form.mask);
  for (const char character : text.substr(1, form.length - 1)) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte & 0xC0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  return code >= form.least && is_scalar_value(code) ? Utf8Character{form.length, code}
                                                     : Utf8Character{};
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) noexcept {
  if (text.empty()) {
    return {};
  }
  const auto lead = static_cast<unsigned char>(text[0]);
  for (const auto& form : kForms) {
    if ((lead & form.mask) == form.pattern) {
      return decode(text, form);
    }
  }
  return {};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto length = first_utf8_character(text).length;
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace countersign
