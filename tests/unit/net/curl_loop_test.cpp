// SPDX-License-Identifier: Apache-2.0
#include "net/curl_loop.h"

#include <thread>

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(CurlLoop, StopsWithoutWork) {
  auto loop = CurlLoop::start();
  ASSERT_TRUE(loop);
  loop->reset();
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
