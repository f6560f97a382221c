// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/front.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/temp_folder.h"
#include "unit/server/fakes.h"

namespace countersign::server {
namespace {

using countersign::test::Signer;
using countersign::test::tls_spec;

// What a client sees of a front is in tests/integration/server.
class FrontTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Front>> create(const std::string& listen) {
    FrontOptions options{.listen = listen,
                         .tls = {.certificate = (folder_ / "tls.crt").string(),
                                 .key = (folder_ / "tls.key").string()}};
    return Front::create(
        options, handler_, [](const std::function<void()>&) { return false; }, clock_, *logger_);
  }
  void write(const Signer& signer) {
    folder_.write("tls.crt", signer.chain_pem());
    folder_.write("tls.key", signer.key().pem());
  }

  support::TempFolder folder_;
  countersign::test::FixedClock clock_;
  test::RefusingHandler handler_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
};

TEST_F(FrontTest, RefusesToServeWithoutACertificate) {
  const auto front = create("127.0.0.1:0");
  ASSERT_FALSE(front.has_value());
  EXPECT_EQ(front.error().reason, Reason::BadConfig);
  EXPECT_NE(front.error().detail.find((folder_ / "tls.crt").string()), std::string::npos);
}

TEST_F(FrontTest, NamesAnAddressThatIsInUse) {
  write(Signer::self_signed(tls_spec()));
  const auto first = create("127.0.0.1:0");
  ASSERT_TRUE(first.has_value()) << first.error().detail;
  const auto address = "127.0.0.1:" + std::to_string((*first)->port());
  const auto second = create(address);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, Reason::BadConfig);
  EXPECT_NE(second.error().detail.find(address), std::string::npos);
}

TEST_F(FrontTest, TellsWhenItsCertificateEnds) {
  auto spec = tls_spec();
  spec.not_after = clock_.now() + std::chrono::hours(5);
  write(Signer::self_signed(spec));
  const auto front = create("127.0.0.1:0");
  ASSERT_TRUE(front.has_value()) << front.error().detail;
  EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);

  spec.not_after += std::chrono::hours(5);
  write(Signer::self_signed(spec));
  EXPECT_TRUE((*front)->reload_tls().has_value());
  EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);
}

TEST_F(FrontTest, KeepsThePairWhenTheNewOneIsBad) {
  auto spec = tls_spec();
  write(Signer::self_signed(spec));
  const auto front = create("127.0.0.1:0");
  ASSERT_TRUE(front.has_value()) << front.error().detail;
  folder_.write("tls.key", countersign::test::new_key().pem());
  const auto reloaded = (*front)->reload_tls();
  ASSERT_FALSE(reloaded.has_value());
  EXPECT_EQ(reloaded.error().reason, Reason::BadConfig);
  EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);
}

TEST_F(FrontTest, MayGoWithoutHavingServed) {
  write(Signer::self_signed(tls_spec()));
  const auto front = create("127.0.0.1:0");
  ASSERT_TRUE(front.has_value());
  (*front)->drain(std::chrono::milliseconds(1));
  EXPECT_EQ((*front)->counters().accepted, 0U);
}

}  // namespace
}  // namespace countersign::server
