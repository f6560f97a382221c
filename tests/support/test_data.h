// SPDX-License-Identifier: Apache-2.0
// Files below tests/data. A file that is missing or empty fails the test that asks for it.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::support {

inline std::filesystem::path test_data(const std::string& name) {
  return std::filesystem::path(COUNTERSIGN_TEST_DATA) / name;
}

inline std::string read_test_data(const std::string& name) {
  std::ifstream file(test_data(name), std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(content.empty()) << "no test data: " << test_data(name);
  return content;
}

}  // namespace countersign::support
