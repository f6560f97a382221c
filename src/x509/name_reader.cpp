// SPDX-License-Identifier: Apache-2.0
#include "x509/name_reader.h"

#include <array>
#include <ranges>
#include <string_view>
#include <utility>

#include "countersign/base/utf8.h"
#include "countersign/codec/base64.h"

namespace countersign::x509 {
namespace {

using namespace std::string_view_literals;

enum class ValueKind : std::uint8_t { None, Utf8, Latin1, Utf16, Utf32, NoText };

ValueKind kind_of(std::uint8_t tag);
std::optional<std::string> widened(Bytes value, std::size_t width);
bool append_rdn(std::vector<DerAttribute>& attributes, const Der& rdn);
std::string display_attribute(const DerAttribute& attribute);

}  // namespace

std::optional<std::vector<DerAttribute>> read_name(Bytes name) {
  const auto content = content_of(name, der::kSequence);
  if (!content) {
    return std::nullopt;
  }
  std::vector<DerAttribute> attributes;
  DerReader rdns(*content);
  while (!rdns.empty()) {
    const auto rdn = rdns.take(der::kSet);
    if (!rdn || !append_rdn(attributes, *rdn)) {
      return std::nullopt;
    }
  }
  return attributes;
}

std::optional<std::string> text_of(const Der& value) {
  switch (kind_of(value.tag)) {
    case ValueKind::Utf8:
      return is_utf8(as_text(value.content)) ? std::optional(std::string(as_text(value.content)))
                                             : std::nullopt;
    case ValueKind::Latin1:
      return widened(value.content, 1);
    case ValueKind::Utf16:
      return widened(value.content, 2);
    case ValueKind::Utf32:
      return widened(value.content, 4);
    case ValueKind::NoText:
    case ValueKind::None:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string display_name(Bytes name) {
  const auto attributes = read_name(name);
  if (!attributes) {
    return "?";
  }
  std::string text;
  std::string_view separator;
  for (const DerAttribute& attribute : *attributes | std::views::reverse) {
    text += separator;
    text += display_attribute(attribute);
    separator = attribute.begins_rdn ? "," : "+";
  }
  return text;
}

namespace {

// The choices of DirectoryString, IA5String, NumericString, and the two that are no text. Of
// TeletexString nobody has ever implemented the standard; everybody reads Latin-1, and we read the
// older ASCII types with bytes above 0x7f in the same way.
ValueKind kind_of(std::uint8_t tag) {
  switch (tag) {
    case 0x0c:  // UTF8String
      return ValueKind::Utf8;
    case 0x12:  // NumericString
    case 0x13:  // PrintableString
    case 0x14:  // TeletexString
    case 0x16:  // IA5String
      return ValueKind::Latin1;
    case 0x1e:  // BMPString
      return ValueKind::Utf16;
    case 0x1c:  // UniversalString
      return ValueKind::Utf32;
    case der::kBitString:
    case der::kSequence:
      return ValueKind::NoText;
    default:
      return ValueKind::None;
  }
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto tail = [&text](std::uint32_t bits) {
    text += static_cast<char>(0x80U | (bits & 0x3fU));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0U | code >> 6U);
    tail(code);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0U | code >> 12U);
    tail(code >> 6U);
    tail(code);
  } else {
    text += static_cast<char>(0xf0U | code >> 18U);
    tail(code >> 12U);
    tail(code >> 6U);
    tail(code);
  }
}

// Characters of `width` bytes each, big-endian.
std::optional<std::string> widened(Bytes value, std::size_t width) {
  if (value.size() % width != 0) {
    return std::nullopt;
  }
  std::string text;
  text.reserve(value.size());
  for (; !value.empty(); value = value.subspan(width)) {
    std::uint32_t code = 0;
    for (const std::uint8_t byte : value.first(width)) {
      code = code << 8U | byte;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      return std::nullopt;
    }
    append_utf8(text, code);
  }
  return text;
}

bool is_sound(const Der& value) {
  const ValueKind kind = kind_of(value.tag);
  return kind == ValueKind::NoText || (kind != ValueKind::None && text_of(value).has_value());
}

bool append_rdn(std::vector<DerAttribute>& attributes, const Der& rdn) {
  DerReader members(rdn.content);
  bool first = true;
  do {
    const auto member = members.take(der::kSequence);
    if (!member) {
      return false;
    }
    DerReader fields(member->content);
    const auto type = fields.take(der::kObjectIdentifier);
    const auto value = fields.take();
    if (!type || !value || !fields.empty() || !is_sound(*value)) {
      return false;
    }
    attributes.push_back({type->content, *value, first});
    first = false;
  } while (!members.empty());
  return true;
}

std::string_view short_name(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kNames{{
      {"\x55\x04\x03"sv, "CN"},
      {"\x55\x04\x04"sv, "SN"},
      {"\x55\x04\x05"sv, "serialNumber"},
      {"\x55\x04\x06"sv, "C"},
      {"\x55\x04\x07"sv, "L"},
      {"\x55\x04\x08"sv, "ST"},
      {"\x55\x04\x09"sv, "street"},
      {"\x55\x04\x0a"sv, "O"},
      {"\x55\x04\x0b"sv, "OU"},
      {"\x55\x04\x0c"sv, "title"},
      {"\x55\x04\x0f"sv, "businessCategory"},
      {"\x55\x04\x11"sv, "postalCode"},
      {"\x55\x04\x2a"sv, "GN"},
      {"\x55\x04\x61"sv, "organizationIdentifier"},
      {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"sv, "UID"},
      {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"sv, "DC"},
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"sv, "emailAddress"},
      {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01"sv, "jurisdictionL"},
      {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02"sv, "jurisdictionST"},
      {"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"sv, "jurisdictionC"},
  }};
  for (const auto& [known, name] : kNames) {
    if (known == type) {
      return name;
    }
  }
  return {};
}

// RFC 4514, 2.4; control characters in hexadecimal too, so that a name stays on its line.
std::string escaped(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool outermost_space = c == ' ' && (i == 0 || i + 1 == value.size());
    if (std::string_view("\"+,;<>\\").contains(c) || (c == '#' && i == 0) || outermost_space) {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      text += '\\';
      text += codec::encode_hex(as_bytes(value.substr(i, 1)));
    } else {
      text += c;
    }
  }
  return text;
}

// "If the AttributeType is of the dotted-decimal form, the AttributeValue is represented by an
// number sign ('#') character followed by the hexadecimal encoding" of its BER.
std::string display_attribute(const DerAttribute& attribute) {
  const std::string_view name = short_name(as_text(attribute.type));
  const auto text = text_of(attribute.value);
  const std::string left = name.empty() ? dotted(attribute.type).value_or("?") : std::string(name);
  return left + "=" +
         (name.empty() || !text ? "#" + codec::encode_hex(attribute.value.whole) : escaped(*text));
}

}  // namespace
}  // namespace countersign::x509
