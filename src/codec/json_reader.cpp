// SPDX-License-Identifier: Apache-2.0
#include "codec/json_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "countersign/base/utf8.h"

#include "codec/json_text.h"

namespace countersign::codec {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

void append_utf8(std::string& text, char32_t code);

}  // namespace

std::optional<Json> JsonReader::read() {
  if (!read_value()) {
    return std::nullopt;
  }
  while (!tree_.complete()) {
    if (!go_on()) {
      return std::nullopt;
    }
  }
  skip_space();
  if (at_ != end_) {
    malformed();
    return std::nullopt;
  }
  return tree_.take();
}

template <class Value>
bool JsonReader::read_word(std::string_view word, Value value) {
  const std::string_view rest(at_, end_);
  const auto [end, rest_of_word] = std::ranges::mismatch(rest, word);
  at_ += end - rest.begin();
  return rest_of_word == word.end() ? tree_.add(value) : malformed();
}

// A scalar with all its bytes, a container with its first.
bool JsonReader::read_value() {
  skip_space();
  switch (next()) {
    case '{':
      return open(JsonTree::Container::Object);
    case '[':
      return open(JsonTree::Container::Array);
    case '"':
      return read_string();
    case 't':
      return read_word("true", true);
    case 'f':
      return read_word("false", false);
    case 'n':
      return read_word("null", Json::Null());
    default:
      return read_number();
  }
}

// The next value of the innermost container, or its end.
bool JsonReader::go_on() {
  const bool object = tree_.innermost() == JsonTree::Container::Object;
  skip_space();
  if (take(object ? '}' : ']')) {
    return tree_.close();
  }
  if (!tree_.innermost_is_empty() && !take(',')) {
    return malformed();
  }
  return (!object || read_member_name()) && read_value();
}

bool JsonReader::read_member_name() {
  skip_space();
  if (!take('"')) {
    return malformed();
  }
  std::string name;
  if (!read_text(name) || !tree_.begin_member(std::move(name))) {
    return false;
  }
  skip_space();
  return take(':') || malformed();
}

// Behind the opening quotation mark.
bool JsonReader::read_text(std::string& text) {
  const auto whole = plain_bytes({at_, end_});
  text = std::string(at_, whole);  // nearly always this is all
  at_ += whole;
  return take('"') || read_rest_of_text(text);
}

bool JsonReader::read_rest_of_text(std::string& text) {
  for (;;) {
    const auto plain = plain_bytes({at_, end_});
    text.append(at_, plain);
    at_ += plain;
    if (take('"')) {
      return true;
    }
    if (take('\\')) {
      if (!read_escape(text)) {
        return false;
      }
      continue;
    }
    const auto character = first_utf8_character({at_, end_});
    if (character.length < 2) {  // nothing, a control character, or no UTF-8
      return malformed();
    }
    text.append(at_, character.length);
    at_ += character.length;
  }
}

bool JsonReader::read_string() {
  ++at_;
  std::string text;
  return read_text(text) && tree_.add(std::move(text));
}

// Behind the reverse solidus.
bool JsonReader::read_escape(std::string& text) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (take('u')) {
    return read_escaped_character(text);
  }
  const auto letter = at_ == end_ ? kLetters.npos : kLetters.find(*at_);
  if (letter == kLetters.npos) {
    return malformed();
  }
  ++at_;
  text += kMeanings[letter];
  return true;
}

// Four digits, or two times four for what UTF-16 writes as a surrogate pair.
bool JsonReader::read_escaped_character(std::string& text) {
  const auto unit = read_hex_digits();
  if (!unit) {
    return malformed();
  }
  if (*unit == 0) {
    return tree_.refuse("a NUL character");
  }
  if (*unit < 0xD800 || *unit > 0xDFFF) {
    append_utf8(text, *unit);
    return true;
  }
  if (*unit > 0xDBFF || !take('\\') || !take('u')) {
    return malformed();
  }
  const auto low = read_hex_digits();
  if (!low || *low < 0xDC00 || *low > 0xDFFF) {
    return malformed();
  }
  append_utf8(text, 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00));
  return true;
}

std::optional<char32_t> JsonReader::read_hex_digits() {
  static constexpr std::ptrdiff_t kDigits = 4;
  std::uint32_t unit = 0;
  if (end_ - at_ < kDigits) {
    return std::nullopt;
  }
  const auto [last, error] = std::from_chars(at_, at_ + kDigits, unit, 16);
  if (error != std::errc() || last != at_ + kDigits) {
    return std::nullopt;
  }
  at_ = last;
  return unit;
}

// number = [ minus ] int [ frac ] [ exp ]; whatever follows is judged by who comes next.
bool JsonReader::read_number() {
  const char* const first = at_;
  take('-');
  if (!take('0') && !take_digits()) {
    return malformed();
  }
  const bool integer = next() != '.' && next() != 'e' && next() != 'E';
  if (take('.') && !take_digits()) {
    return malformed();
  }
  if (take('e') || take('E')) {
    if (!take('+')) {
      take('-');
    }
    if (!take_digits()) {
      return malformed();
    }
  }
  const std::string_view digits(first, at_);
  return integer ? add_integer(digits) : add_real(digits);
}

bool JsonReader::add_integer(std::string_view digits) {
  const auto read = [&digits]<class Number>(Number& number) {
    return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
  };
  std::int64_t number = 0;
  if (read(number)) {
    return tree_.add(number);
  }
  std::uint64_t large = 0;
  return digits.front() != '-' && read(large) ? tree_.add(large)
                                              : tree_.refuse("an integer beyond 64 bits");
}

bool JsonReader::add_real(std::string_view digits) {
  double number = 0;
  const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && std::isfinite(number) ? tree_.add(number)
                                                       : tree_.refuse("a number that does not fit");
}

bool JsonReader::take_digits() {
  const char* const first = at_;
  while (at_ != end_ && is_digit(*at_)) {
    ++at_;
  }
  return at_ != first;
}

bool JsonReader::open(JsonTree::Container container) {
  ++at_;
  return tree_.open(container);
}

// The byte that does not belong here counts as taken.
bool JsonReader::malformed() {
  if (at_ != end_) {
    ++at_;
  }
  return tree_.refuse("not valid JSON");
}

namespace {

void append_utf8(std::string& text, char32_t code) {
  const auto append = [&text](char32_t byte) { text += static_cast<char>(byte); };
  const auto tail = [code](unsigned shift) { return 0x80U | ((code >> shift) & 0x3FU); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0U | (code >> 6U));
    append(tail(0));
  } else if (code < 0x10000) {
    append(0xE0U | (code >> 12U));
    append(tail(6));
    append(tail(0));
  } else {
    append(0xF0U | (code >> 18U));
    append(tail(12));
    append(tail(6));
    append(tail(0));
  }
}

}  // namespace
}  // namespace countersign::codec
