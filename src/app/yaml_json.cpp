// SPDX-License-Identifier: Apache-2.0
#include "app/yaml_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>

namespace countersign::app {
namespace {

using codec::Json;

bool one_of(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

std::optional<bool> boolean(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kTrue{"true", "True", "TRUE", "yes", "Yes",
                                                         "YES",  "on",   "On",   "ON"};
  static constexpr std::array<std::string_view, 9> kFalse{"false", "False", "FALSE", "no", "No",
                                                          "NO",    "off",   "Off",   "OFF"};
  if (one_of(text, kTrue)) {
    return true;
  }
  return one_of(text, kFalse) ? std::optional(false) : std::nullopt;
}

template <class Number>
std::optional<Number> whole(std::string_view text) {  // all of the text, or nothing
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

std::optional<Json::Value> number(std::string_view text) {
  if (text.find_first_not_of("+-.0123456789eE") != std::string_view::npos ||
      text.find_first_of("0123456789") == std::string_view::npos) {
    return std::nullopt;  // "inf" and "nan" are text
  }
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  if (const auto integer = whole<std::int64_t>(text)) {
    return *integer;
  }
  const auto real = whole<double>(text);
  return real && std::isfinite(*real) ? std::optional<Json::Value>(*real) : std::nullopt;
}

Json plain(const std::string& text) {
  static constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
  if (one_of(text, kNull)) {
    return {};
  }
  if (const auto truth = boolean(text)) {
    return Json(*truth);
  }
  if (auto value = number(text)) {
    return Json(std::move(*value));
  }
  return Json(text);
}

}  // namespace

Json to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::Null:
      return {};
    case YamlNode::Kind::Plain:
      return plain(node.text);
    case YamlNode::Kind::Quoted:
      return Json(node.text);
    case YamlNode::Kind::Sequence: {
      Json::Array array;
      for (const auto& item : node.items) {
        array.push_back(to_json(item));
      }
      return Json(std::move(array));
    }
    case YamlNode::Kind::Map: {
      Json::Object object;
      for (const auto& member : node.members) {
        object.emplace_back(member.key, to_json(member.value));
      }
      return Json(std::move(object));
    }
  }
  return {};
}

}  // namespace countersign::app
