// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "countersign/base/log.h"

namespace countersign::codec {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kShownName = 64;    // bytes of a duplicate name in an error
constexpr std::size_t kSmallObject = 16;  // up to here comparing all pairs beats sorting

// Reads the text for nlohmann and leaves a trace of how far it came: the SAX events don't say.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

const std::string* duplicate_of_few(const Json::Object& members) {
  for (auto member = members.begin(); member != members.end(); ++member) {
    const auto same = [member](const Json::Member& other) { return other.first == member->first; };
    if (std::any_of(members.begin(), member, same)) {
      return &member->first;
    }
  }
  return nullptr;
}

// Sorted, not hashed: names that all fall into one bucket can be made, names that sort slowly
// can't.
const std::string* duplicate_of_many(const Json::Object& members) {
  std::vector<const std::string*> names;
  names.reserve(members.size());
  for (const auto& member : members) {
    names.push_back(&member.first);
  }
  std::ranges::sort(names, {}, [](const std::string* name) { return std::string_view(*name); });
  const auto found = std::ranges::adjacent_find(
      names, [](const std::string* one, const std::string* next) { return *one == *next; });
  return found == names.end() ? nullptr : *found;
}

const std::string* duplicate_name(const Json::Object& members) {
  return members.size() <= kSmallObject ? duplicate_of_few(members) : duplicate_of_many(members);
}

// Builds the tree from nlohmann's events. An event that returns false ends the parsing; then
// `problem` says why.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  Json take_root() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add_node(Json()); }
  bool boolean(bool truth) override { return add_node(Json(truth)); }
  bool number_integer(std::int64_t number) override { return add_node(Json(number)); }
  bool number_unsigned(std::uint64_t number) override {
    return std::in_range<std::int64_t>(number) ? add_node(Json(static_cast<std::int64_t>(number)))
                                               : add_node(Json(number));
  }
  bool number_float(double number, const std::string& token) override {
    if (token.find_first_of(".eE") == std::string::npos) {
      return refuse("an integer beyond 64 bits");
    }
    return add_node(Json(number));
  }
  bool string(std::string& text) override {
    return has_no_nul(text) && add_node(Json(std::string(text)));
  }
  bool binary(nlohmann::json::binary_t&) override { return refuse("binary data"); }

  bool start_object(std::size_t) override { return open(Json::Object()); }
  bool key(std::string& name) override {
    if (!has_no_nul(name) || !count_node()) {
      return false;
    }
    open_.back().name = name;
    return true;
  }
  bool end_object() override {
    const auto* duplicate = duplicate_name(std::get<Json::Object>(open_.back().container));
    if (duplicate != nullptr) {
      return refuse("an object with two members \"" + log::clean(*duplicate, kShownName) + "\"");
    }
    return close();
  }

  bool start_array(std::size_t) override { return open(Json::Array()); }
  bool end_array() override { return close(); }

  // nlohmann's own words quote the document, which may hold a token or a password.
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return refuse("not valid JSON");
  }

 private:
  struct Open {  // a container whose end was not seen yet
    Json::Value container;
    std::string name;  // in an object: of the value that comes next
  };

  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool has_no_nul(const std::string& text) {
    return text.find('\0') == std::string::npos || refuse("a NUL character");
  }

  bool count_node() { return ++nodes_ <= limits_.nodes || refuse("too many values and members"); }

  bool open(Json::Value container) {
    if (open_.size() >= limits_.depth) {
      return refuse("nested too deeply");
    }
    open_.push_back({std::move(container), {}});
    return count_node();
  }

  bool close() {
    Json container(std::move(open_.back().container));
    open_.pop_back();
    add(std::move(container));
    return true;
  }

  bool add_node(Json value) {
    add(std::move(value));
    return count_node();
  }

  void add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<Json::Array>(&open_.back().container)) {
      array->push_back(std::move(value));
    } else {
      std::get<Json::Object>(open_.back().container)
          .emplace_back(std::move(open_.back().name), std::move(value));
    }
  }

  const JsonLimits& limits_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  Json root_;
  std::string problem_;
};

std::unexpected<Error> fail_at(std::size_t offset, std::string_view problem, Reason reason) {
  return fail(reason, "JSON, byte " + std::to_string(offset) + ": " + std::string(problem));
}

}  // namespace

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits, Reason reason) {
  if (text.size() > limits.bytes) {
    return fail_at(limits.bytes, "longer than allowed", reason);
  }
  // nlohmann skips the first and takes the second for the end of the document.
  if (text.starts_with(kByteOrderMark)) {
    return fail_at(0, "a byte order mark", reason);
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return fail_at(nul, "a NUL character", reason);
  }
  try {
    Builder builder(limits);
    const char* const first = std::to_address(text.begin());
    const char* furthest = first;
    const Cursor begin(first, &furthest);
    const Cursor end(first + text.size(), &furthest);
    if (!nlohmann::json::sax_parse(begin, end, &builder)) {
      return fail_at(static_cast<std::size_t>(furthest - first), builder.problem(), reason);
    }
    return builder.take_root();
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
