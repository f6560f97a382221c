// SPDX-License-Identifier: Apache-2.0
// What the process says of itself. One event a line: a constant message and named fields.
//
// Field values may hold text that an attacker wrote (image names, subjects, registry errors). They
// are escaped and capped here, so that a line stays a line; callers pass them as they are, and
// never build them into the message.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "countersign/base/result.h"

namespace countersign::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error };
enum class Format : std::uint8_t { Json, Text };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, bool> value;

  Field(std::string_view field, std::string_view text) : name(field), value(text) {}
  Field(std::string_view field, const std::string& text)
      : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  template <std::same_as<bool> Truth>  // a pointer is no truth
  Field(std::string_view field, Truth truth) : name(field), value(truth) {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view field, Number number)
      : name(field), value(static_cast<std::int64_t>(number)) {}
};

class Logger {  // may be used by any thread; never blocks a decision
 public:
  virtual ~Logger() = default;
  virtual void write(Level, std::string_view message, std::initializer_list<Field> fields) = 0;
  virtual std::uint64_t dropped() const { return 0; }  // lines that nobody will ever read

  void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Debug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Info, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Warning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Error, message, fields);
  }
};

[[nodiscard]] Result<Level> parse_level(std::string_view);    // debug | info | warning | error
[[nodiscard]] Result<Format> parse_format(std::string_view);  // json | text

// Writes to stderr from a thread of its own; when too much waits there the oldest lines are
// dropped, and what can't be written is lost; both are counted. Destroying the logger writes what
// is queued.
std::unique_ptr<Logger> make_stderr_logger(Level least, Format);
std::unique_ptr<Logger> make_silent_logger();

// The text as it may be shown to people: control characters, bidirectional marks, invisible
// characters and bytes that are not UTF-8 become `?`, longer text is cut to `most` bytes with an
// ellipsis.
std::string clean(std::string_view text, std::size_t most);

}  // namespace countersign::log
