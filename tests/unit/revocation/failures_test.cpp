// SPDX-License-Identifier: Apache-2.0
#include "revocation/failures.h"

#include <gtest/gtest.h>

namespace countersign::revocation {
namespace {

const Tick kStart{std::chrono::hours(1)};
const Error kError{Reason::RevocationUnknown, "down"};

TEST(Failures, AreForgottenAfterTheirLife) {
  Failures failures;
  EXPECT_FALSE(failures.find("a", kStart));
  failures.remember("a", kError, kStart);
  const auto end = kStart + limits::kRevocationFailureLife;
  ASSERT_TRUE(failures.find("a", end - std::chrono::milliseconds(1)));
  EXPECT_EQ(failures.find("a", kStart)->detail, "down");
  EXPECT_FALSE(failures.find("b", kStart));
  EXPECT_FALSE(failures.find("a", end));
  EXPECT_FALSE(failures.find("a", kStart));  // for good
}

TEST(Failures, ANewOneBeginsANewLife) {
  Failures failures;
  failures.remember("a", kError, kStart);
  const auto later = kStart + limits::kRevocationFailureLife / 2;
  failures.remember("a", kError, later);
  EXPECT_TRUE(failures.find("a", kStart + limits::kRevocationFailureLife));
}

TEST(Failures, AreNoMoreThanTheLimit) {
  Failures failures;
  for (std::size_t i = 0; i <= limits::kRevocationFailures; ++i) {
    failures.remember(std::to_string(i), kError, kStart);
    failures.find("1", kStart);
  }
  EXPECT_FALSE(failures.find("0", kStart));
  EXPECT_TRUE(failures.find("1", kStart));
  EXPECT_TRUE(failures.find(std::to_string(limits::kRevocationFailures), kStart));
}

}  // namespace
}  // namespace countersign::revocation
