// SPDX-License-Identifier: Apache-2.0
#include "app/door.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

class Nobody final : public server::Handler {
 public:
  bool knows(std::string_view) const override { return false; }
  server::HttpReply handle(const server::HttpRequest&) override { return {}; }
  server::HttpReply overloaded(const server::HttpRequest&) override { return {}; }
};

server::TlsMaterial material() {
  const auto signer = test::Signer::self_signed(test::tls_spec());
  server::TlsMaterial material;
  material.certificate = signer.pem();
  material.key = Secret(signer.key().pem());
  return material;
}

class DoorTest : public testing::Test {
 protected:
  Nobody nobody_;
  server::Metrics metrics_;
  test::FixedClock clock_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();

  Door::Tools tools() {
    return {.handler = nobody_,
            .submit = [](std::function<void()>) { return false; },
            .metrics = metrics_,
            .clock = clock_,
            .logger = *logger_};
  }
};

TEST_F(DoorTest, OpensWithTheFirstCertificateAndShowsOthersAfterIt) {
  Door door("c.yaml:1:1", "127.0.0.1:0", tools());
  EXPECT_FALSE(door.open());
  EXPECT_EQ(door.port(), 0);
  EXPECT_EQ(door.certificate_not_after(), std::nullopt);
  const auto first = material();
  EXPECT_EQ(door.serve_with(first), true);
  EXPECT_TRUE(door.open());
  EXPECT_NE(door.port(), 0);
  EXPECT_TRUE(door.certificate_not_after());
  EXPECT_EQ(door.serve_with(first), false) << "it is the same";
  const auto port = door.port();
  EXPECT_EQ(door.serve_with(material()), true);
  EXPECT_EQ(door.port(), port);
  door.drain(std::chrono::seconds(1));
}

TEST_F(DoorTest, KeepsWhatItHasWhenTheNextCantBeShown) {
  Door door("c.yaml:1:1", "127.0.0.1:0", tools());
  auto mixed = material();
  mixed.key = material().key;
  const auto refused = door.serve_with(mixed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::BadConfig);
  EXPECT_TRUE(refused.error().detail.starts_with("c.yaml:1:1: "));
  EXPECT_FALSE(door.open());
  const auto good = material();
  ASSERT_EQ(door.serve_with(good), true);
  EXPECT_FALSE(door.serve_with(mixed));
  EXPECT_EQ(door.serve_with(good), false) << "it is shown still";
}

}  // namespace
}  // namespace countersign::app
