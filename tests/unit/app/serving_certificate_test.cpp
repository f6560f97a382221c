// SPDX-License-Identifier: Apache-2.0
#include "app/serving_certificate.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

// What the keeper does is tested in tests/unit/serving, the whole with a real API server in
// tests/e2e.
namespace countersign::app {
namespace {

using cluster::Resource;

serving::KeeperSetup setup() {
  return {
      .secret = Resource::parse(Resource::Kind::Secret, "cs", "tls").value(),
      .targets = {Resource::parse(Resource::Kind::ValidatingWebhookConfiguration, "cs").value()},
      .dns_names = {"cs.cs.svc"}};
}

struct ServingCertificateTest : testing::Test {
  test::FixedClock clock;
  std::unique_ptr<log::Logger> logger = log::make_silent_logger();
};

TEST_F(ServingCertificateTest, NeedsACluster) {
  ClusterAccess nowhere({}, clock);
  EXPECT_EQ(ServingCertificate::create(setup(), nowhere, clock, *logger).error().reason,
            Reason::BadConfig);
}

TEST_F(ServingCertificateTest, SaysWhyThereIsNoneYet) {
  ClusterAccess access({.server = cluster::ApiServer::parse("https://127.0.0.1:1").value(),
                        .token_file = "/nowhere/token"},
                       clock);
  const auto made = ServingCertificate::create(setup(), access, clock, *logger);
  ASSERT_TRUE(made);
  EXPECT_FALSE((*made)->pair());
  ASSERT_EQ((*made)->problems().size(), 1U);
  EXPECT_NE((*made)->problems().front().find("token"), std::string::npos);
  EXPECT_NE((*made)->text().find("caBundle unknown"), std::string::npos);
  int served = 0;
  (*made)->follow([&served](const serving::ServingPair&) { ++served; });
  (*made)->stop();
  EXPECT_EQ(served, 0);
}

}  // namespace
}  // namespace countersign::app
