// SPDX-License-Identifier: Apache-2.0
#include "net/curl_loop.h"

#include <thread>

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(CurlLoop, StopsWithoutWork) {
  auto loop = CurlLoop::start(1);
  ASSERT_TRUE(loop);
  loop->reset();
}

TEST(CurlLoop, AClosedOneSettlesWhatIsSubmitted) {
  const auto loop = CurlLoop::start(1);
  ASSERT_TRUE(loop);
  std::vector<std::thread> closers;
  for (int count = 0; count < 4; ++count) {
    closers.emplace_back([&] { (*loop)->close(); });
  }
  for (auto& closer : closers) {
    closer.join();
  }
  const auto batch = std::make_shared<Batch>(1);
  std::vector<Order> orders;
  orders.push_back({batch, 0, nullptr});
  (*loop)->submit(std::move(orders));
  ASSERT_TRUE(batch->wait(hours(1)));
  EXPECT_EQ(batch->take()[0].error().reason, Reason::Overloaded);
  (*loop)->cancel(batch);
}

TEST(CurlLoop, ABatchIsCompleteWhenAllResultsAreThere) {
  Batch batch(2);
  batch.settle(1, Response{201, {}, ""});
  EXPECT_FALSE(batch.wait(milliseconds(0)));
  std::thread other([&] { batch.settle(0, fail(Reason::RegistryUnavailable, "")); });
  EXPECT_TRUE(batch.wait(hours(1)));
  other.join();
  const auto results = batch.take();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].error().reason, Reason::RegistryUnavailable);
  EXPECT_EQ(results[1]->status, 201);
}

TEST(CurlLoop, WhatIsMissingIsDeadlineExceededAndComesTooLate) {
  Batch batch(2);
  batch.settle(0, Response{200, {}, ""});
  const auto results = batch.take();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().reason, Reason::DeadlineExceeded);
  batch.settle(1, Response{200, {}, ""});  // dropped
}

TEST(CurlLoop, AnEmptyBatchIsComplete) {
  Batch batch(0);
  EXPECT_TRUE(batch.wait(milliseconds(0)));
  EXPECT_TRUE(batch.take().empty());
}

}  // namespace
}  // namespace countersign::net
