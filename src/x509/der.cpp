// SPDX-License-Identifier: Apache-2.0
#include "x509/der.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "countersign/base/limits.h"

namespace countersign::x509 {
namespace {

constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kClassMask = 0xc0;
constexpr std::uint8_t kNumberMask = 0x1f;

std::optional<std::size_t> take_length(Bytes& rest);
bool is_strict(const Der& element, std::size_t depth);
std::optional<Time> calendar_time(int year, std::string_view rest);
std::optional<int> number(std::string_view digits);

}  // namespace

std::optional<Der> DerReader::take() {
  if (rest_.size() < 2) {
    return std::nullopt;
  }
  const std::uint8_t tag = rest_.front();
  if ((tag & kNumberMask) == kNumberMask) {  // numbers of 31 and more: X.509 has none
    return std::nullopt;
  }
  Bytes rest = rest_.subspan(1);
  const auto length = take_length(rest);
  if (!length || *length > rest.size()) {
    return std::nullopt;
  }
  const std::size_t head = rest_.size() - rest.size();
  const Der element{tag, rest.first(*length), rest_.first(head + *length)};
  rest_ = rest.subspan(*length);
  return element;
}

std::optional<Der> DerReader::take(std::uint8_t tag) { return at(tag) ? take() : std::nullopt; }

std::optional<Bytes> content_of(Bytes bytes, std::uint8_t tag) {
  DerReader reader(bytes);
  const auto element = reader.take(tag);
  return element && reader.empty() ? std::optional(element->content) : std::nullopt;
}

bool is_der(Bytes bytes) {
  DerReader reader(bytes);
  const auto element = reader.take();
  return element && reader.empty() && is_strict(*element, 1);
}

std::optional<bool> boolean(Bytes content) {
  if (content.size() != 1 || (content[0] != 0 && content[0] != 0xff)) {
    return std::nullopt;
  }
  return content[0] != 0;
}

std::optional<std::int64_t> integer(Bytes content) {
  if (content.empty() || content.size() > sizeof(std::int64_t)) {
    return std::nullopt;
  }
  const bool negative = (content[0] & 0x80U) != 0;
  std::uint64_t value = negative ? std::numeric_limits<std::uint64_t>::max() : 0;
  for (const std::uint8_t byte : content) {
    value = value << 8U | byte;
  }
  return static_cast<std::int64_t>(value);
}

std::optional<Bytes> whole_octets(Bytes bit_string) {
  if (bit_string.empty() || bit_string[0] != 0) {
    return std::nullopt;
  }
  return bit_string.subspan(1);
}

std::optional<Time> read_time(const Der& element) {
  const std::string_view text = as_text(element.content);
  if (element.tag == der::kUtcTime && text.size() == 13) {
    const auto year = number(text.substr(0, 2));
    return year ? calendar_time(*year + (*year < 50 ? 2000 : 1900), text.substr(2)) : std::nullopt;
  }
  if (element.tag == der::kGeneralizedTime && text.size() == 15) {
    const auto year = number(text.substr(0, 4));
    return year ? calendar_time(*year, text.substr(4)) : std::nullopt;
  }
  return std::nullopt;
}

// X.690, 8.19: the first number holds two components, 40 * x + y, with y below 40 for x 0 and 1.
std::optional<std::string> dotted(Bytes object_identifier) {
  std::string text;
  std::uint64_t value = 0;
  for (const std::uint8_t byte : object_identifier) {
    if (value > std::numeric_limits<std::uint64_t>::max() >> 7U) {
      return std::nullopt;
    }
    value = value << 7U | (byte & 0x7fU);
    if ((byte & 0x80U) != 0) {
      continue;
    }
    if (text.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(value / 40, 2);
      text = std::to_string(first) + "." + std::to_string(value - first * 40);
    } else {
      text += "." + std::to_string(value);
    }
    value = 0;
  }
  const bool complete = !object_identifier.empty() && (object_identifier.back() & 0x80U) == 0;
  return complete && text.size() < limits::kObjectIdentifierText ? std::optional(text)
                                                                 : std::nullopt;
}

namespace {

std::optional<std::size_t> take_length(Bytes& rest) {
  const std::uint8_t first = rest.front();
  rest = rest.subspan(1);
  if (first < 0x80) {
    return first;
  }
  const std::size_t count = first & 0x7fU;  // 0 is the indefinite form
  if (count == 0 || count > sizeof(std::uint32_t) || count > rest.size() || rest.front() == 0) {
    return std::nullopt;
  }
  std::size_t length = 0;
  for (const std::uint8_t byte : rest.first(count)) {
    length = length << 8U | byte;
  }
  rest = rest.subspan(count);
  return length < 0x80 ? std::nullopt : std::optional(length);
}

bool are_strict(Bytes elements, std::size_t depth) {
  DerReader reader(elements);
  while (!reader.empty()) {
    const auto element = reader.take();
    if (!element || !is_strict(*element, depth)) {
      return false;
    }
  }
  return true;
}

bool integer_is_minimal(Bytes content) {
  if (content.size() < 2) {
    return !content.empty();
  }
  const bool negative = (content[1] & 0x80U) != 0;
  return !(content[0] == 0x00 && !negative) && !(content[0] == 0xff && negative);
}

bool bit_string_is_clean(Bytes content) {
  if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0)) {
    return false;
  }
  const unsigned unused = (1U << content[0]) - 1U;
  return content.size() == 1 || (content.back() & unused) == 0;
}

bool object_identifier_is_minimal(Bytes content) {
  if (content.empty() || (content.back() & 0x80U) != 0) {
    return false;
  }
  bool begins = true;  // of a component, which must not begin with a zero digit
  return std::ranges::all_of(content, [&begins](std::uint8_t byte) {
    const bool good = !(begins && byte == 0x80);
    begins = (byte & 0x80U) == 0;
    return good;
  });
}

bool primitive_is_strict(const Der& element) {
  constexpr std::uint8_t kEndOfContents = 0x00;
  constexpr std::uint8_t kUniversalString = 0x1c;  // of characters of four bytes
  constexpr std::uint8_t kBmpString = 0x1e;        // and of two
  switch (element.tag) {
    case kEndOfContents:
    case der::kSequence ^ kConstructed:  // lists are always constructed
    case der::kSet ^ kConstructed:
      return false;
    case der::kBoolean:
      return boolean(element.content).has_value();
    case der::kInteger:
    case der::kEnumerated:
      return integer_is_minimal(element.content);
    case der::kBitString:
      return bit_string_is_clean(element.content);
    case der::kNull:
      return element.content.empty();
    case der::kObjectIdentifier:
      return object_identifier_is_minimal(element.content);
    case kUniversalString:
      return element.content.size() % 4 == 0;
    case kBmpString:
      return element.content.size() % 2 == 0;
    default:
      return true;
  }
}

bool is_strict(const Der& element, std::size_t depth) {
  if (depth > limits::kDerDepth) {
    return false;
  }
  const bool constructed = (element.tag & kConstructed) != 0;
  const bool universal = (element.tag & kClassMask) == 0;
  if (universal && constructed != (element.tag == der::kSequence || element.tag == der::kSet)) {
    return false;
  }
  return constructed ? are_strict(element.content, depth + 1) : primitive_is_strict(element);
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') {
      return std::nullopt;
    }
    value = value * 10 + (digit - '0');
  }
  return value;
}

// `rest` is MMDDHHMMSSZ.
std::optional<Time> calendar_time(int year, std::string_view rest) {
  std::array<int, 5> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto field = number(rest.substr(2 * i, 2));
    if (!field) {
      return std::nullopt;
    }
    fields[i] = *field;
  }
  const auto [month, day, hour, minute, second] = fields;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59 || rest.back() != 'Z') {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace
}  // namespace countersign::x509
