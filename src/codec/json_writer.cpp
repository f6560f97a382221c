// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "countersign/base/utf8.h"
#include "countersign/codec/json.h"

#include "codec/json_text.h"

namespace countersign::codec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr int kDecimals = 3;
// Sign, digits of the largest double, point, decimals.
constexpr std::size_t kRealCharacters =
    1 + std::numeric_limits<double>::max_exponent10 + 1 + 1 + static_cast<std::size_t>(kDecimals);

// RFC 8259 section 7: "characters that MUST be escaped: quotation mark, reverse solidus, and the
// control characters (U+0000 through U+001F)".
void append_escaped(std::string& out, char character) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  if (code < 0x20) {
    out.append("\\u00") += kHex[code >> 4U];
    out += kHex[code & 0xFU];
    return;
  }
  if (character == '"' || character == '\\') {
    out += '\\';
  }
  out += character;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    // Nearly always this is all there is.
    const auto plain = plain_bytes(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) {
      break;
    }
    const auto length = first_utf8_character(text).length;
    if (length == 1) {
      append_escaped(out, text.front());
    } else {
      out.append(length == 0 ? kReplacement : text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

}  // namespace

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  text_ += '[';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  string(name);
  text_ += ':';
  first_ = true;  // its value follows without a comma
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  append_quoted(text_, text);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) { return scalar(std::to_string(number)); }

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t number) {
  return scalar(std::to_string(number));
}

JsonWriter& JsonWriter::real(double number) {
  if (!std::isfinite(number)) {
    return null();
  }
  // Not printf: its decimal point is the locale's.
  std::array<char, kRealCharacters> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                     std::chars_format::fixed, kDecimals);
  return scalar({digits.data(), written.ptr});
}

JsonWriter& JsonWriter::boolean(bool truth) { return scalar(truth ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return scalar("null"); }

JsonWriter& JsonWriter::scalar(std::string_view token) {
  separate();
  text_ += token;
  return *this;
}

void JsonWriter::separate() {
  if (!first_) {
    text_ += ',';
  }
  first_ = false;
}

}  // namespace countersign::codec
