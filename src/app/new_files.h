// SPDX-License-Identifier: Apache-2.0
// Files that a command makes: all of them or none.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::app {

enum class Readers : std::uint8_t { Owner, Everybody };

struct NewFile {
  std::string name;          // in the folder
  std::string_view content;  // borrowed
  Readers readers = Readers::Owner;
};

enum class Overwrite : std::uint8_t { Refuse, Allow };

// The folder is made when it is not there. Each file appears whole; whoever may not read it can't
// at any moment. Reason::BadConfig: one is there already, or the folder can't be written to; then
// nothing was changed, unless it fails in the middle of overwriting.
[[nodiscard]] Result<void> write_new_files(const std::filesystem::path& folder,
                                           const std::vector<NewFile>&, Overwrite);

}  // namespace countersign::app
