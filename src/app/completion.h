// SPDX-License-Identifier: Apache-2.0
// Completion scripts, written from the commands and options that the program has.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/result.h"

#include "app/command_spec.h"

namespace countersign::app {

enum class Shell : std::uint8_t { Bash, Zsh, Fish };
[[nodiscard]] Result<Shell> parse_shell(std::string_view);  // Reason::BadConfig

// Completes commands, options, and what options and arguments take: files, folders, or one of a few
// words. Where they take anything else, nothing is offered.
std::string completion_script(const CommandSpec& program, Shell);

}  // namespace countersign::app
