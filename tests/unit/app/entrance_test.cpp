// SPDX-License-Identifier: Apache-2.0
// Two listeners with certificates from files; one that keeps itself is tested with a real API
// server (tests/e2e, part cluster).
#include "app/entrance.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/temp_folder.h"

namespace countersign::app {
namespace {

class Nobody final : public server::Handler {
 public:
  bool knows(std::string_view) const override { return false; }
  server::HttpReply handle(const server::HttpRequest&) override { return {}; }
  server::HttpReply overloaded(const server::HttpRequest&) override { return {}; }
};

class EntranceTest : public testing::Test {
 protected:
  EntranceTest() {
    write("tls");
    write("gatekeeper");
    setup_.where = "c.yaml:1:1";
    setup_.listen = "127.0.0.1:0";
    setup_.tls = files("tls");
    setup_.gatekeeper = GatekeeperSetup{};
    setup_.gatekeeper->listener =
        GatekeeperSetup::Listener{"c.yaml:2:1", "127.0.0.1:0", files("gatekeeper")};
  }

  void write(const std::string& name) {
    const auto signer = test::Signer::self_signed(test::tls_spec());
    folder_.write(name + ".crt", signer.pem());
    folder_.write(name + ".key", signer.key().pem());
  }
  ServingFiles files(const std::string& name) const {
    ServingFiles files;
    files.certificate = (folder_ / (name + ".crt")).string();
    files.key = (folder_ / (name + ".key")).string();
    return files;
  }
  std::unique_ptr<Entrance> entrance() {
    return std::make_unique<Entrance>(
        setup_, Entrance::Tools{.webhook = nobody_,
                                .gatekeeper = &nobody_,
                                .submit = [](std::function<void()>) { return false; },
                                .cluster = cluster_,
                                .metrics = metrics_,
                                .clock = clock_,
                                .logger = *logger_});
  }

  support::TempFolder folder_;
  ServerSetup setup_;
  Nobody nobody_;
  server::Metrics metrics_;
  test::FixedClock clock_;
  ClusterAccess cluster_{{}, clock_};
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
};

TEST_F(EntranceTest, OpensBothListeners) {
  const auto entrance = this->entrance();
  EXPECT_FALSE(entrance->problems(clock_.now()).empty());
  const auto opened = entrance->open();
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_NE(entrance->port(), 0);
  EXPECT_NE(entrance->gatekeeper_port(), 0);
  EXPECT_TRUE(entrance->problems(clock_.now()).empty());
  entrance->show();
  EXPECT_NE(metrics_.text().find("countersign_serving_certificate_not_after_seconds"),
            std::string::npos);
  entrance->drain(std::chrono::seconds(1));
}

TEST_F(EntranceTest, ReloadsWhatChanged) {
  const auto entrance = this->entrance();
  ASSERT_TRUE(entrance->open());
  EXPECT_EQ(entrance->reload(), false);
  write("gatekeeper");
  EXPECT_EQ(entrance->reload(), true);
  EXPECT_EQ(entrance->reload(), false);
  write("tls");
  folder_.write("gatekeeper.key", "garbage");
  EXPECT_FALSE(entrance->reload());
  write("gatekeeper");
  EXPECT_EQ(entrance->reload(), true);
}

TEST_F(EntranceTest, NeedsAClusterForACertificateThatKeepsItself) {
  using cluster::Resource;
  setup_.self_managed = serving::KeeperSetup{
      .secret = *Resource::parse(Resource::Kind::Secret, "a", "b"), .targets = {}, .dns_names = {}};
  const auto opened = entrance()->open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::app
