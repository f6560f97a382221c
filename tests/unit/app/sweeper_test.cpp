// SPDX-License-Identifier: Apache-2.0
#include "app/sweeper.h"

#include <future>

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

struct Slow {  // ends when it is let
  Slow(std::shared_future<void> gate, std::atomic<int>& ended)
      : gate_(std::move(gate)), ended_(ended) {}
  ~Slow() {
    gate_.wait();
    ++ended_;
  }
  Slow(const Slow&) = delete;
  Slow& operator=(const Slow&) = delete;

 private:
  std::shared_future<void> gate_;
  std::atomic<int>& ended_;
};

TEST(Sweeper, LetsNobodyWaitForAnEnd) {
  std::promise<void> open;
  const auto gate = open.get_future().share();
  std::atomic<int> ended = 0;
  {
    Sweeper sweeper;
    auto one = sweeper.keep(std::make_unique<Slow>(gate, ended));
    auto other = sweeper.keep(std::make_unique<Slow>(gate, ended));
    EXPECT_EQ(sweeper.living(), 2U);
    one.reset();
    other.reset();
    EXPECT_EQ(sweeper.living(), 2U) << "they end somewhere else, and have not yet";
    EXPECT_EQ(ended, 0);
    open.set_value();
  }
  EXPECT_EQ(ended, 2) << "its own end waits for them";
}

}  // namespace
}  // namespace countersign::app
