// SPDX-License-Identifier: Apache-2.0
#include "app/namespace_labels.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

// What is asked and remembered is tested with cluster::NamespaceLabels.
namespace countersign::app {
namespace {

TEST(NamespaceLabels, NeedACluster) {
  const test::FixedClock clock;
  ClusterAccess nowhere({}, clock);
  EXPECT_EQ(NamespaceLabels::create(nowhere, clock).error().reason, Reason::BadConfig);
}

TEST(NamespaceLabels, AreUnavailableWithoutAToken) {
  const test::FixedClock clock;
  ClusterAccess access({.server = cluster::ApiServer::parse("https://127.0.0.1:1").value(),
                        .token_file = "/nowhere/token"},
                       clock);
  const auto labels = NamespaceLabels::create(access, clock);
  ASSERT_TRUE(labels);
  admission::Namespaces& port = **labels;
  EXPECT_EQ(port.labels("shop", clock.in(std::chrono::seconds(1))).error().reason,
            Reason::NamespaceUnavailable);
}

}  // namespace
}  // namespace countersign::app
