// SPDX-License-Identifier: Apache-2.0
// The arguments of `verify` and `review`, from words to values.
#pragma once
#include <string>
#include <vector>

#include "countersign/base/result.h"

#include "app/commands.h"

namespace countersign::app {

struct VerifyWords {  // as they stand on the command line
  VerifyOptions options;
  std::string at;
  std::string output = "text";
  std::vector<std::string> metadata, allowed, resolve;
};

// Reason::BadConfig, naming the option.
[[nodiscard]] Result<VerifyOptions> understand(VerifyWords);
[[nodiscard]] Result<std::optional<Time>> parse_at(const std::string& text);

}  // namespace countersign::app
