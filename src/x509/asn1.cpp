// SPDX-License-Identifier: Apache-2.0
#include "x509/asn1.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <openssl/objects.h>

#include "countersign/base/limits.h"

namespace countersign::x509 {
namespace {

struct Element {
  std::uint8_t tag = 0;
  Bytes content;
};

std::optional<Element> take_element(Bytes& rest);
bool is_strict(const Element& element, std::size_t depth);
std::optional<Time> calendar_time(int year, std::string_view rest);
std::optional<int> number(std::string_view digits);

}  // namespace

bool is_der(Bytes bytes) {
  const auto element = take_element(bytes);
  return element && bytes.empty() && is_strict(*element, 1);
}

std::optional<Time> read_time(const ASN1_TIME& time) {
  const std::string_view text =
      as_text({ASN1_STRING_get0_data(&time), static_cast<std::size_t>(ASN1_STRING_length(&time))});
  if (ASN1_STRING_type(&time) == V_ASN1_UTCTIME && text.size() == 13) {
    const auto year = number(text.substr(0, 2));
    return year ? calendar_time(*year + (*year < 50 ? 2000 : 1900), text.substr(2)) : std::nullopt;
  }
  if (ASN1_STRING_type(&time) == V_ASN1_GENERALIZEDTIME && text.size() == 15) {
    const auto year = number(text.substr(0, 4));
    return year ? calendar_time(*year, text.substr(4)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> dotted(const ASN1_OBJECT* type) {
  std::array<char, limits::kObjectIdentifierText> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), type, 1);
  if (size <= 0 || static_cast<std::size_t>(size) >= text.size()) {
    return std::nullopt;
  }
  return std::string(text.data(), static_cast<std::size_t>(size));
}

namespace {

constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kClassMask = 0xc0;
constexpr std::uint8_t kNumberMask = 0x1f;

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

std::optional<Element> take_element(Bytes& rest) {
  if (rest.size() < 2) {
    return std::nullopt;
  }
  const std::uint8_t tag = rest.front();
  if ((tag & kNumberMask) == kNumberMask) {  // numbers of 31 and more: X.509 has none
    return std::nullopt;
  }
  rest = rest.subspan(1);
  const auto length = take_length(rest);
  if (!length || *length > rest.size()) {
    return std::nullopt;
  }
  const Element element{tag, rest.first(*length)};
  rest = rest.subspan(*length);
  return element;
}

bool are_strict(Bytes elements, std::size_t depth) {
  while (!elements.empty()) {
    const auto element = take_element(elements);
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

bool primitive_is_strict(const Element& element) {
  switch (element.tag) {
    case V_ASN1_EOC:
      return false;
    case V_ASN1_BOOLEAN:
      return element.content.size() == 1 && (element.content[0] == 0 || element.content[0] == 0xff);
    case V_ASN1_INTEGER:
    case V_ASN1_ENUMERATED:
      return integer_is_minimal(element.content);
    case V_ASN1_BIT_STRING:
      return bit_string_is_clean(element.content);
    case V_ASN1_NULL:
      return element.content.empty();
    case V_ASN1_OBJECT:
      return object_identifier_is_minimal(element.content);
    default:
      return true;
  }
}

bool is_strict(const Element& element, std::size_t depth) {
  if (depth > limits::kDerDepth) {
    return false;
  }
  const bool constructed = (element.tag & kConstructed) != 0;
  if ((element.tag & kClassMask) == 0) {
    const int number = element.tag & kNumberMask;
    if (constructed != (number == V_ASN1_SEQUENCE || number == V_ASN1_SET)) {
      return false;
    }
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
