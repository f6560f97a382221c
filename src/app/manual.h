// SPDX-License-Identifier: Apache-2.0
// The manual page, written from the commands and options that the program has.
#pragma once
#include <string>

#include "app/command_spec.h"

namespace countersign::app {

std::string manual_page(const CommandSpec& program);  // roff, for man(7)

}  // namespace countersign::app
