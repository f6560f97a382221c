// SPDX-License-Identifier: Apache-2.0
// The commands and options that the program has, for what is written from them: completion and the
// manual page.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace countersign::app {

enum class Takes : std::uint8_t { Nothing, Text, File, Folder, Choice };

struct OptionSpec {
  std::vector<std::string> names;  // "--output", "-o"; a positional has one, without hyphens
  std::string value;               // "FILE", "text|json"; empty: it takes nothing
  std::string description;
  bool required = false;
  std::vector<std::string> choices = {};  // the words that it may be, where they are few

  Takes takes() const;
};

struct CommandSpec {
  std::string name;
  std::string description;
  std::string footer = {};  // exit status and example
  std::vector<OptionSpec> positionals = {};
  std::vector<OptionSpec> options = {};
  std::vector<CommandSpec> commands = {};
};

// The codes that `explain` takes are choices, too.
CommandSpec describe(const CLI::App& program);

}  // namespace countersign::app
