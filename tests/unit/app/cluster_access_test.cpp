// SPDX-License-Identifier: Apache-2.0
#include "app/cluster_access.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::app {
namespace {

TEST(ClusterAccess, IsBadConfigOutsideOfACluster) {
  const test::FixedClock clock;
  ClusterAccess access({}, clock);
  const auto client = access.client();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().reason, Reason::BadConfig);
}

TEST(ClusterAccess, MakesOneClient) {
  const test::FixedClock clock;
  ClusterSetup setup;
  setup.server = *cluster::ApiServer::parse("https://127.0.0.1:6443");
  ClusterAccess access(std::move(setup), clock);
  const auto first = access.client();
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(*first, *access.client());
}

}  // namespace
}  // namespace countersign::app
