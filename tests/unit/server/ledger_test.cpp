// SPDX-License-Identifier: Apache-2.0
#include "server/ledger.h"

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using std::chrono::milliseconds;

TEST(Ledger, CountsUpToALimit) {
  Ledger ledger;
  EXPECT_TRUE(ledger.wait_empty(milliseconds(0)));
  const auto first = ledger.enter(2);
  auto second = ledger.enter(2);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(ledger.enter(2));
  EXPECT_FALSE(ledger.wait_empty(milliseconds(0)));
  second.reset();
  const auto third = ledger.enter(2);
  EXPECT_TRUE(third);
  const auto counters = ledger.counters();
  EXPECT_EQ(counters.accepted, 3U);
  EXPECT_EQ(counters.refused, 1U);
  EXPECT_EQ(counters.open, 2U);
}

TEST(Ledger, IsNotEmptyWhileConnectionsMayCome) {
  Ledger ledger;
  ledger.accepting(true);
  EXPECT_FALSE(ledger.wait_empty(milliseconds(0)));
  ledger.accepting(false);
  EXPECT_TRUE(ledger.wait_empty(milliseconds(0)));
}

}  // namespace
}  // namespace countersign::server
