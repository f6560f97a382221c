// SPDX-License-Identifier: Apache-2.0
#include "registry/content_type.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

std::optional<std::string> read(const std::vector<std::string>& values) {
  net::Response response{200, {{"x-other", "a"}}, ""};
  for (const auto& value : values) {
    response.headers.push_back({"content-type", value});
  }
  return content_type(response);
}

// REG-08
TEST(ContentType, DropsParametersCaseAndBlanks) {
  EXPECT_EQ(read({"application/json"}), "application/json");
  EXPECT_EQ(read({" Application/JSON ; charset=utf-8"}), "application/json");
}

// REG-10
TEST(ContentType, IsNoneWhenItIsNotOne) {
  EXPECT_EQ(read({}), std::nullopt);
  EXPECT_EQ(read({""}), std::nullopt);
  EXPECT_EQ(read({"; charset=utf-8"}), std::nullopt);
  EXPECT_EQ(read({"a/b", "a/b"}), std::nullopt);
}

}  // namespace
}  // namespace countersign::registry
