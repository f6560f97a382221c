// SPDX-License-Identifier: Apache-2.0
// The command line: what the arguments mean, and help.
#pragma once
#include <span>
#include <string>

#include "app/console.h"
#include "app/exit_code.h"

namespace countersign::app {

// `arguments` without the program's name. Never throws.
Exit run(std::span<const std::string> arguments, Console&);

}  // namespace countersign::app
