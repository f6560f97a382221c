// SPDX-License-Identifier: Apache-2.0
// What a command may touch of the outside.
#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace countersign::app {

enum class Colour : std::uint8_t { Never, Always };
enum class Progress : std::uint8_t { Never, Shown };  // on a terminal, while it happens

struct Console {
  std::istream& in;
  std::ostream& out;  // results
  std::ostream& err;  // diagnostics
  Colour colour = Colour::Never;
  std::function<std::optional<std::string>(const char* name)> environment;
  Progress progress = Progress::Never;
};

}  // namespace countersign::app
