// SPDX-License-Identifier: Apache-2.0
// SUP-09. What is found in an object is tested in tests/unit/cluster, the whole with a real API
// server in tests/e2e.
#include "app/registration_watch.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits_registries.h"

#include "app/service_pages.h"
#include "support/fixed_clock.h"
#include "unit/cluster/objects.h"

namespace countersign::app {
namespace {

const std::string kUrl =
    "https://10.96.0.1:443/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/cs";

std::string object(std::string_view failure, std::string_view more = "") {
  return R"({"kind":"ValidatingWebhookConfiguration","apiVersion":"admissionregistration.k8s.io/v1",
    "metadata":{"name":"cs"},"webhooks":[{"name":"images","failurePolicy":")" +
         std::string(failure) + R"(","clientConfig":{"service":{"path":"/validate"}},)" +
         std::string(more) +
         R"("rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],
    "resources":["pods","pods/ephemeralcontainers"]}]}]})";
}

class Lines final : public log::Logger {
 public:
  void write(log::Level level, std::string_view message,
             std::initializer_list<log::Field> /*fields*/) override {
    lines.emplace_back(level, message);
  }
  std::size_t warnings() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [](const auto& line) { return line.first == log::Level::Warning; }));
  }
  std::vector<std::pair<log::Level, std::string>> lines;
};

class RegistrationWatchTest : public testing::Test {
 protected:
  void look(net::Response answer) {
    transport_.expect(kUrl, std::move(answer));
    watch_.look();
  }
  bool shows(std::string_view line) const {
    server::Metrics metrics;
    show(watch_.status(), metrics);
    return metrics.text().find(std::string(line) + "\n") != std::string::npos;
  }
  bool says(std::string_view text) const { return watch_.text().find(text) != std::string::npos; }

  test::FixedClock clock_;
  test::ScriptedTransport transport_;
  cluster::ApiClient client_{cluster::ApiServer::in_cluster({"10.96.0.1", "443"}).value(),
                             [] { return Result<std::string>("t"); }, transport_, clock_};
  Lines lines_;
  RegistrationWatch watch_{
      cluster::Resource::parse(cluster::Resource::Kind::ValidatingWebhookConfiguration, "cs")
          .value(),
      client_, clock_, lines_};
};

TEST_F(RegistrationWatchTest, KnowsNothingBeforeItLooked) {
  EXPECT_TRUE(says("registration cs: not looked at yet"));
  EXPECT_TRUE(shows("countersign_webhook_registration_gaps -1"));
}

TEST_F(RegistrationWatchTest, IsSilentWhileThereIsNoGap) {
  look(cluster::good(object("Fail")));
  EXPECT_TRUE(says("registration cs: no gap"));
  EXPECT_TRUE(shows("countersign_webhook_registration_gaps 0"));
  EXPECT_TRUE(shows("countersign_webhook_registration_exemptions 0"));
  EXPECT_TRUE(lines_.lines.empty());
}

TEST_F(RegistrationWatchTest, SaysAGapWhenItIsNewAndOnceADay) {
  look(cluster::good(object("Fail")));
  look(cluster::good(object("Ignore")));
  EXPECT_TRUE(says("registration cs: GAP: images: failurePolicy"));
  EXPECT_TRUE(shows("countersign_webhook_registration_gaps 1"));
  EXPECT_EQ(lines_.warnings(), 1U);
  look(cluster::good(object("Ignore")));
  EXPECT_EQ(lines_.warnings(), 1U);
  clock_.advance(limits::kRegistrationSayEvery);
  look(cluster::good(object("Ignore")));
  EXPECT_EQ(lines_.warnings(), 2U);
  look(cluster::good(object("Fail")));
  EXPECT_TRUE(says("no gap"));
  EXPECT_EQ(lines_.lines.back().first, log::Level::Info) << "it has none any more";
}

TEST_F(RegistrationWatchTest, TellsWhatIsLeftOutWithoutAWarning) {
  look(cluster::good(object("Fail", R"("namespaceSelector":{"matchLabels":{"signed":"yes"}},)")));
  EXPECT_TRUE(says("registration cs: no gap"));
  EXPECT_TRUE(says("label signed"));
  EXPECT_TRUE(shows("countersign_webhook_registration_exemptions 1"));
  EXPECT_EQ(lines_.warnings(), 0U);
}

TEST_F(RegistrationWatchTest, MissesARegistrationThatIsGone) {
  look(cluster::refusal(404, "NotFound"));
  EXPECT_TRUE(says("GAP: it is not there"));
  EXPECT_EQ(lines_.warnings(), 1U);
}

// "Could not look" is never "nothing there", nor that all is well.
TEST_F(RegistrationWatchTest, SaysOnceThatItMayNotLook) {
  look(cluster::good(object("Fail")));
  for (int twice = 0; twice < 2; ++twice) {
    look(cluster::refusal(403, "Forbidden"));
    EXPECT_TRUE(says("registration cs: not checked: "));
    EXPECT_FALSE(says("no gap"));
    EXPECT_TRUE(shows("countersign_webhook_registration_gaps -1"));
    EXPECT_EQ(lines_.lines.size(), 1U);
    EXPECT_EQ(lines_.warnings(), 0U);
  }
}

TEST_F(RegistrationWatchTest, KeepsWhatItFoundWhileTheApiServerIsAway) {
  look(cluster::good(object("Ignore")));
  look(cluster::refusal(503, "ServiceUnavailable"));
  EXPECT_TRUE(says("not checked: "));
  EXPECT_TRUE(says("GAP: images"));
  EXPECT_TRUE(shows("countersign_webhook_registration_gaps 1"));
  look(cluster::good(object("Ignore")));
  EXPECT_FALSE(says("not checked"));
  EXPECT_EQ(lines_.warnings(), 1U);
}

TEST_F(RegistrationWatchTest, NeedsACluster) {
  ClusterAccess nowhere({}, clock_);
  const auto resource =
      cluster::Resource::parse(cluster::Resource::Kind::ValidatingWebhookConfiguration, "cs");
  EXPECT_EQ(RegistrationWatch::create(*resource, nowhere, clock_, lines_).error().reason,
            Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::app
