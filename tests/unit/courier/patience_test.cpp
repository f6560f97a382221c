// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/courier/courier.h"

namespace countersign::courier {
namespace {

TEST(Patience, EndsForWhoeverWaitsAndWhoeverComes) {
  const auto patience = make_patience();
  EXPECT_TRUE(patience->wait(std::chrono::milliseconds(0)));
  EXPECT_TRUE(patience->wait(std::chrono::milliseconds(-1)));
  bool waited = true;
  std::thread other([&] { waited = patience->wait(std::chrono::hours(1)); });
  patience->end();
  other.join();
  EXPECT_FALSE(waited);
  EXPECT_FALSE(patience->wait(std::chrono::hours(1)));
}

TEST(Patience, ChanceIsBetweenZeroAndOneAndVaries) {
  const auto patience = make_patience();
  std::vector<double> chances;
  for (int count = 0; count < 1'000; ++count) {
    chances.push_back(patience->chance());
  }
  const auto [least, most] = std::ranges::minmax(chances);
  EXPECT_GE(least, 0);
  EXPECT_LE(most, 1);
  EXPECT_LT(least, 0.25);
  EXPECT_GT(most, 0.75);
}

}  // namespace
}  // namespace countersign::courier
