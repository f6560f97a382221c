// SPDX-License-Identifier: Apache-2.0
// Files of the repository, for benchmarks.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace countersign::bench {

// The content; without it there is nothing to measure, so a missing file ends the program.
inline std::string source_file(const std::filesystem::path& name) {
  const auto path = std::filesystem::path(COUNTERSIGN_SOURCE_DIR) / name;
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (content.empty()) {
    std::cerr << "cannot read " << path << '\n';
    std::exit(1);
  }
  return content;
}

}  // namespace countersign::bench
