// SPDX-License-Identifier: Apache-2.0
// A file, or the standard input where "-" stands for it.
#pragma once
#include <cstddef>
#include <string>

#include "countersign/base/result.h"

#include "app/console.h"

namespace countersign::app {

// Reason::BadConfig: it can't be read, or is larger.
[[nodiscard]] Result<std::string> read_input(const std::string& file, std::size_t most, Console&);

}  // namespace countersign::app
