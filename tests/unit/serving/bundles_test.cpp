// SPDX-License-Identifier: Apache-2.0
#include "serving/bundles.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/serving/cluster_objects.h"

namespace countersign::serving {
namespace {

using cluster::Resource;
using Write = Bundles::Write;
using Both = std::vector<std::string>;

struct BundlesTest : testing::Test {
  test::FixedClock clock;
  MemoryCluster server;
  cluster::ApiClient api{cluster::ApiServer::in_cluster({"10.96.0.1", "443"}).value(),
                         [] { return Result<std::string>("t"); }, server, clock};
  Bundles bundles{
      {Resource::parse(Resource::Kind::ValidatingWebhookConfiguration, "cs").value()}, api, clock};

  Bundles::Mending mend(const std::string& bundle = "x") {
    bundles.read(clock.in(std::chrono::seconds(10)));
    return bundles.mend(bundle, clock.in(std::chrono::seconds(10)));
  }
  const std::string patch = "PATCH " + std::string(MemoryCluster::kWebhook);
};

TEST_F(BundlesTest, AreWrittenOnce) {
  server.put_webhook();
  const auto first = mend();
  EXPECT_EQ(first.fit, BundleFit::Fits);
  EXPECT_EQ(first.mended, 0U) << "nobody had changed it";
  EXPECT_EQ(server.bundles(), (Both{"x", "x"}));
  EXPECT_EQ(mend().fit, BundleFit::Fits);
  EXPECT_EQ(server.writes.size(), 1U);
  EXPECT_EQ(mend("y").fit, BundleFit::Fits) << "another bundle is no fight";
  EXPECT_EQ(server.bundles(), (Both{"y", "y"}));
}

TEST_F(BundlesTest, AreMendedOnceAMinute) {
  server.put_webhook();
  mend();
  clock.advance(limits::kBundleMendEvery);
  for (int time = 0; time < 3; ++time) {
    server.put_webhook();  // somebody's tool puts its own back
    const auto mended = mend();
    EXPECT_EQ(mended.fit, BundleFit::Fits);
    EXPECT_EQ(mended.mended, 1U);
    server.put_webhook();
    clock.advance(limits::kBundleMendEvery - std::chrono::milliseconds(1));
    const auto left = mend();
    EXPECT_EQ(left.fit, BundleFit::Misfits);
    ASSERT_EQ(left.troubles.size(), 1U);
    clock.advance(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(server.writes.size(), 4U);
}

TEST_F(BundlesTest, AreWrittenAtOnceToWhatWasMadeAnew) {
  server.put_webhook();
  mend();
  server.remove(MemoryCluster::kWebhook);
  const auto gone = mend();
  EXPECT_EQ(gone.fit, BundleFit::Misfits);
  ASSERT_EQ(gone.troubles.size(), 1U);
  EXPECT_EQ(gone.troubles.front().error.reason, Reason::BadConfig);
  server.put_webhook();
  EXPECT_EQ(mend().fit, BundleFit::Fits);
}

TEST_F(BundlesTest, LoseToWhoWroteInBetween) {
  server.put_webhook();
  server.before = [this](const net::Request& request) {
    if (request.method == net::Method::Patch) {
      server.before = {};
      server.put_webhook("eQ==");
    }
  };
  EXPECT_EQ(mend().write, Write::Lost);
  EXPECT_EQ(server.bundles(), (Both{"y", "y"}));
  EXPECT_EQ(mend().fit, BundleFit::Fits) << "no fight: it was read again";
}

TEST_F(BundlesTest, SayWhatTheyMayNotDo) {
  server.put_webhook();
  server.forbidden = {patch};
  const auto unpatched = mend();
  EXPECT_EQ(unpatched.fit, BundleFit::Misfits);
  ASSERT_EQ(unpatched.troubles.size(), 1U);
  EXPECT_EQ(unpatched.troubles.front().error.reason, Reason::BadConfig);
  EXPECT_NE(unpatched.troubles.front().error.detail.find("patch"), std::string::npos);
  server.forbidden = {"GET " + std::string(MemoryCluster::kWebhook)};
  EXPECT_EQ(mend().fit, BundleFit::Unknown);
  server.forbidden.clear();
  server.down = true;
  EXPECT_EQ(mend().fit, BundleFit::Unknown);
  server.down = false;
  EXPECT_EQ(mend().fit, BundleFit::Fits);
}

TEST_F(BundlesTest, CoverWebhooksAndProviders) {
  Bundles both({Resource::parse(Resource::Kind::ValidatingWebhookConfiguration, "cs").value(),
                Resource::parse(Resource::Kind::Provider, "cs").value()},
               api, clock);
  server.put_webhook();
  server.put_provider();
  both.read(clock.in(std::chrono::seconds(10)));
  EXPECT_EQ(both.mend("y", clock.in(std::chrono::seconds(10))).fit, BundleFit::Fits);
  EXPECT_EQ(server.text(MemoryCluster::kProvider, {"spec", "caBundle"}), "eQ==");
  EXPECT_EQ(server.bundles(), (Both{"y", "y"}));
  EXPECT_EQ(both.hosts(), (Both{"cs.cs.svc", "cs.cs.svc"}));
}

}  // namespace
}  // namespace countersign::serving
