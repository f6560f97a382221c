// SPDX-License-Identifier: Apache-2.0
// Completion scripts, written from the commands and options that the program has.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::app {

struct OptionSpec {
  std::string name;  // "--config", "-m"
  std::string description;
};

struct CommandSpec {
  std::string name;
  std::string description;
  std::vector<OptionSpec> options;
  std::vector<CommandSpec> commands;
};

enum class Shell : std::uint8_t { Bash, Zsh, Fish };
[[nodiscard]] Result<Shell> parse_shell(std::string_view);  // Reason::BadConfig

std::string completion_script(const CommandSpec& program, Shell);

}  // namespace countersign::app
