// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "codec/json_reader.h"

namespace countersign::codec {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::unexpected<Error> fail_at(std::size_t offset, std::string_view problem, Reason reason) {
  return fail(reason, "JSON, byte " + std::to_string(offset) + ": " + std::string(problem));
}

}  // namespace

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits, Reason reason) {
  if (text.size() > limits.bytes) {
    return fail_at(limits.bytes, "longer than allowed", reason);
  }
  // Some parsers skip the first and take the second for the end of the document.
  if (text.starts_with(kByteOrderMark)) {
    return fail_at(0, "a byte order mark", reason);
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return fail_at(nul, "a NUL character", reason);
  }
  try {
    JsonReader reader(text, limits);
    auto root = reader.read();
    if (!root) {
      return fail_at(reader.offset(), reader.problem(), reason);
    }
    return std::move(*root);
  } catch (const std::exception& exception) {
    return fail(Reason::Internal, std::string("JSON: ") + exception.what());
  }
}

std::optional<bool> Json::boolean() const {
  const auto* truth = std::get_if<bool>(&value_);
  return truth != nullptr ? std::optional(*truth) : std::nullopt;
}

std::optional<std::int64_t> Json::integer() const {
  const auto* number = std::get_if<std::int64_t>(&value_);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

std::optional<std::uint64_t> Json::unsigned_integer() const {
  if (const auto* large = std::get_if<std::uint64_t>(&value_)) {
    return *large;
  }
  const auto number = integer();
  return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

std::span<const Json> Json::elements() const {
  const auto* array = std::get_if<Array>(&value_);
  return array != nullptr ? std::span<const Json>(*array) : std::span<const Json>();
}

std::span<const Json::Member> Json::members() const {
  const auto* object = std::get_if<Object>(&value_);
  return object != nullptr ? std::span<const Member>(*object) : std::span<const Member>();
}

const Json* Json::find(std::string_view name) const {
  const auto all = members();
  const auto found =
      std::ranges::find_if(all, [name](const Member& member) { return member.first == name; });
  return found == all.end() ? nullptr : &found->second;
}

const std::string* Json::find_string(std::string_view name) const {
  const auto* member = find(name);
  return member != nullptr ? member->string() : nullptr;
}

std::string_view kind_name(const Json& json) {
  struct Names {
    std::string_view operator()(Json::Null) const { return "null"; }
    std::string_view operator()(bool) const { return "boolean"; }
    std::string_view operator()(std::int64_t) const { return "integer"; }
    std::string_view operator()(std::uint64_t) const { return "integer"; }
    std::string_view operator()(double) const { return "number"; }
    std::string_view operator()(const std::string&) const { return "string"; }
    std::string_view operator()(const Json::Array&) const { return "array"; }
    std::string_view operator()(const Json::Object&) const { return "object"; }
  };
  return std::visit(Names(), json.value());
}

}  // namespace countersign::codec
