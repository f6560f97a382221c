// SPDX-License-Identifier: Apache-2.0
// JSON as strictly as a verifier needs it, and the writer for our own answers.
//
// Refused, although RFC 8259 leaves it open or common parsers allow it: duplicate member names at
// any depth (compared after decoding escapes), a byte order mark, invalid UTF-8, lone surrogates,
// NUL characters, numbers outside int64/uint64/double, trailing bytes, more depth, nodes or bytes
// than the limits say. Member names are exact: "Digest" is not "digest".
//
// Not checked here: which members there are. That is the reader's business.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/base/result.h"

namespace countersign::codec {

struct JsonLimits {
  std::size_t bytes = 0;  // of the document
  std::size_t depth = limits::kDocumentJsonDepth;
  std::size_t nodes = limits::kDocumentJsonNodes;  // values and members together
};

class Json {  // one value of a parsed document, with all below it; immutable after parsing
 public:
  using Member = std::pair<std::string, Json>;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;  // in the order of the document
  struct Null {};
  // A number without fraction and exponent is an integer: int64 when it fits, else uint64.
  using Value =
      std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;

  // The whole text is one JSON document. Errors carry `reason` and name the byte offset.
  [[nodiscard]] static Result<Json> parse(std::string_view text, const JsonLimits&, Reason reason);

  Json() = default;
  explicit Json(Value value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<Null>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }

  // Null or empty when the value is of another kind: a wrong kind never looks like a value.
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;            // an integer token in the range of int64
  std::optional<std::uint64_t> unsigned_integer() const;  // an integer token, not negative
  std::span<const Json> elements() const;                 // of an array
  std::span<const Member> members() const;                // of an object
  const Json* find(std::string_view name) const;          // a member of an object
  const std::string* find_string(std::string_view name) const;

  const Value& value() const { return value_; }

 private:
  friend class JsonTree;  // builds it in place
  Value value_;
};

// "object", "array", "string", ...: for messages.
std::string_view kind_name(const Json&);

// Writes compact JSON. Members and elements are separated by the writer; the caller closes what it
// opens, in order, and gives every key one value. Text is escaped and invalid UTF-8 becomes U+FFFD,
// so the result is always valid.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& unsigned_integer(std::uint64_t number);
  JsonWriter& real(double number);  // three decimals; null when it is not finite
  JsonWriter& boolean(bool truth);
  JsonWriter& null();
  // key() and value in one, the usual case.
  JsonWriter& member(std::string_view name, std::string_view text) {
    return key(name).string(text);
  }
  JsonWriter& member(std::string_view name, const char* text) { return key(name).string(text); }
  template <std::same_as<bool> Truth>  // a pointer is no truth
  JsonWriter& member(std::string_view name, Truth truth) {
    return key(name).boolean(truth);
  }
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  JsonWriter& member(std::string_view name, Number number) {
    if constexpr (std::unsigned_integral<Number>) {
      return key(name).unsigned_integer(number);
    } else {
      return key(name).integer(number);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  JsonWriter& scalar(std::string_view token);
  void separate();
  std::string text_;
  bool first_ = true;
};

}  // namespace countersign::codec
