// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/random.h"

#include <set>

#include <gtest/gtest.h>

namespace countersign::crypto {
namespace {

TEST(Random, BytesAreAsManyAsWanted) {
  EXPECT_TRUE(random_bytes(0).empty());
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

TEST(Random, UuidsHaveTheirFormAndDiffer) {
  std::set<std::string> seen;
  for (int count = 0; count < 100; ++count) {
    const auto uuid = random_uuid();
    ASSERT_EQ(uuid.size(), 36U);
    for (const std::size_t index : {8U, 13U, 18U, 23U}) {
      EXPECT_EQ(uuid[index], '-') << uuid;
    }
    EXPECT_EQ(uuid[14], '4') << uuid;
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos) << uuid;
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace countersign::crypto
