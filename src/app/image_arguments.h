// SPDX-License-Identifier: Apache-2.0
// The arguments of `verify`, `list`, `inspect` and `review`, from words to values.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

#include "app/commands.h"

namespace countersign::app {

struct ImageWords {       // as they stand on the command line
  VerifyOptions options;  // what needs no parsing
  std::string at;
  std::string output;
  std::vector<std::string> metadata, allowed, resolve;
};

// `for_people` is what the command calls its output for people: "text" or "tree".
// Reason::BadConfig, naming the option.
[[nodiscard]] Result<VerifyOptions> understand(ImageWords, std::string_view for_people);
[[nodiscard]] Result<std::optional<Time>> parse_at(const std::string& text);

}  // namespace countersign::app
