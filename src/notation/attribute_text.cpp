// SPDX-License-Identifier: Apache-2.0
// Recursion ends at the depth that the readers have enforced.
#include "notation/attribute_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>
#include <variant>

#include "countersign/codec/base64.h"

namespace countersign::notation {
namespace {

using codec::Cbor;
using codec::Json;

std::string json_text(const Json& value);
std::string diagnostic(const Cbor& value);

}  // namespace

std::string attribute_text(const Json& value) {
  const std::string* text = value.string();
  return text != nullptr ? *text : json_text(value);
}

std::string attribute_text(const Cbor& value) {
  const auto text = value.text();
  return text ? std::string(*text) : diagnostic(value);
}

namespace {

std::string quoted(std::string_view text) { return codec::JsonWriter().string(text).take(); }

std::string shortest(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end.ptr};
}

std::string real_text(double number) {  // RFC 8949, section 8
  if (std::isnan(number)) {
    return "NaN";
  }
  if (std::isinf(number)) {
    return number > 0 ? "Infinity" : "-Infinity";
  }
  return shortest(number);
}

template <class Part, class Text>
std::string list(std::span<const Part> parts, Text text) {
  std::string out;
  for (const Part& part : parts) {
    out += (out.empty() ? "" : ",") + text(part);
  }
  return out;
}

struct JsonText {
  std::string operator()(Json::Null) const { return "null"; }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return shortest(number); }
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(const Json::Array& elements) const {
    return "[" + list(std::span(elements), json_text) + "]";
  }
  std::string operator()(const Json::Object& members) const {
    const auto member_text = [](const Json::Member& member) {
      return quoted(member.first) + ":" + json_text(member.second);
    };
    return "{" + list(std::span(members), member_text) + "}";
  }
};

std::string json_text(const Json& value) { return std::visit(JsonText(), value.value()); }

std::string hex(Bytes bytes) { return "h'" + codec::encode_hex(bytes) + "'"; }

// An integer beyond int64 has no value that the reader would give: it is shown as it is encoded.
std::string integer_text(const Cbor& value) {
  const auto number = value.integer();
  return number ? std::to_string(*number) : hex(value.encoded());
}

std::string map_text(const Cbor& map) {
  return "{" +
         list(map.entries(),
              [](const Cbor::Entry& entry) {
                return diagnostic(entry.first) + ":" + diagnostic(entry.second);
              }) +
         "}";
}

std::string diagnostic(const Cbor& value) {
  switch (value.kind()) {
    case Cbor::Kind::Undefined:
      return "undefined";
    case Cbor::Kind::Null:
      return "null";
    case Cbor::Kind::False:
      return "false";
    case Cbor::Kind::True:
      return "true";
    case Cbor::Kind::Unsigned:
    case Cbor::Kind::Negative:
      return integer_text(value);
    case Cbor::Kind::Float:
      return real_text(value.real().value_or(NAN));
    case Cbor::Kind::Bytes:
      return hex(value.byte_string().value_or(Bytes{}));
    case Cbor::Kind::Text:
      return quoted(value.text().value_or(""));
    case Cbor::Kind::Array:
      return "[" + list(value.elements(), diagnostic) + "]";
    case Cbor::Kind::Map:
      return map_text(value);
    case Cbor::Kind::Tag:
      return std::to_string(value.tag().value_or(0)) + "(" + diagnostic(*value.tagged()) + ")";
  }
  return "";
}

}  // namespace
}  // namespace countersign::notation
