// SPDX-License-Identifier: Apache-2.0
#include "app/reference_list.h"

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"

namespace countersign::app {
namespace {

using References = std::vector<std::string>;

TEST(ReferenceList, HasOneOnALine) {
  EXPECT_EQ(parse_reference_list("a\nb\n"), (References{"a", "b"}));
  EXPECT_EQ(parse_reference_list("# images\n\n  a:1  # the first\r\n\tb@sha256:0\n#c"),
            (References{"a:1", "b@sha256:0"}));
  EXPECT_EQ(parse_reference_list("a\na"), (References{"a", "a"})) << "what is asked is answered";
}

TEST(ReferenceList, IsNeitherEmptyNorWithoutEnd) {
  for (const auto* text : {"", "\n\n", "# a\n"}) {
    EXPECT_EQ(parse_reference_list(text).error().reason, Reason::BadConfig) << text;
  }
  std::string many;
  for (std::size_t i = 0; i < limits::kReferencesAtOnce; ++i) {
    many += "a\n";
  }
  EXPECT_TRUE(parse_reference_list(many));
  EXPECT_FALSE(parse_reference_list(many + "a"));
}

}  // namespace
}  // namespace countersign::app
