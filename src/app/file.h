// SPDX-License-Identifier: Apache-2.0
// Files, read whole and under a limit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::app {

// Kubernetes mounts secrets through symbolic links; Notation's own folders must not have any.
enum class Links : std::uint8_t { Follow, Refuse };

// Reason::BadConfig, with the file's name: missing, unreadable, not a regular file, too large.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, std::size_t most,
                                            Links links = Links::Follow);

// The files that match, sorted: `*` and `?` in the last part of the path only. A pattern without
// either is the file itself, whether it is there or not. Hidden files match only a pattern that
// begins with a dot. Reason::BadConfig when the folder can't be read.
[[nodiscard]] Result<std::vector<std::filesystem::path>> matching_files(
    const std::filesystem::path& pattern);

}  // namespace countersign::app
