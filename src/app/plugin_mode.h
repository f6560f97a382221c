// SPDX-License-Identifier: Apache-2.0
// The program as a plugin of the Notation CLI: `notation-azure-kv COMMAND`, a request on the
// standard input, the answer on the standard output, an error as JSON on the standard error
// (docs/notation-plugin.md).
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "app/console.h"
#include "app/exit_code.h"

namespace countersign::app {

// Was the program started under the plugin's name? `program` is argv[0].
bool is_plugin(std::string_view program);

// `arguments` without the program's name. Exit::No with an error. Never throws.
Exit run_plugin(std::span<const std::string> arguments, Console&);

}  // namespace countersign::app
