// SPDX-License-Identifier: Apache-2.0
#include "cluster/bearer_token.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

namespace countersign::cluster {
namespace {

struct TokenFile {
  Result<std::string> content = "one\n";
  int reads = 0;
};

struct TokenTest : testing::Test {
  test::FixedClock clock;
  TokenFile file;
  BearerToken token{[this] {
                      ++file.reads;
                      return file.content;
                    },
                    clock};

  std::string got() {
    const auto found = token.get();
    return found ? found->reveal() : std::string(wire_name(found.error().reason));
  }
  std::string instead_of(const std::string& refused) {
    const auto found = token.instead_of(Secret(refused));
    if (!found) {
      return std::string(wire_name(found.error().reason));
    }
    return *found ? (*found)->reveal() : "none";
  }
};

TEST_F(TokenTest, IsReadOnceAMinute) {
  EXPECT_EQ(got(), "one");
  file.content = "two";
  clock.advance(limits::kApiTokenLife - std::chrono::milliseconds(1));
  EXPECT_EQ(got(), "one");
  EXPECT_EQ(file.reads, 1);
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(got(), "two");
  EXPECT_EQ(file.reads, 2);
}

TEST_F(TokenTest, IsReadAtOnceWhenItWasRefused) {
  EXPECT_EQ(got(), "one");
  EXPECT_EQ(instead_of("one"), "none");
  file.content = "two";
  EXPECT_EQ(instead_of("one"), "two");
  EXPECT_EQ(file.reads, 3);
  EXPECT_EQ(instead_of("one"), "two") << "somebody else has read it";
  EXPECT_EQ(file.reads, 3);
  EXPECT_EQ(got(), "two");
}

TEST_F(TokenTest, MustBeOne) {
  for (const auto* content : {"", "\n", "a b", "a\r\n", "a\nb", "a\n\n", "\xC3\xA4"}) {
    file.content = content;
    EXPECT_EQ(got(), "BAD_CONFIG") << content;
  }
  file.content = fail(Reason::BadConfig, "no such file");
  EXPECT_EQ(got(), "BAD_CONFIG");
  EXPECT_EQ(instead_of(""), "BAD_CONFIG");
  file.content = "one";
  EXPECT_EQ(got(), "one");
}

}  // namespace
}  // namespace countersign::cluster
