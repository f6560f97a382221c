// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/front.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "unit/server/fakes.h"

namespace countersign::server {
namespace {

using countersign::test::Signer;
using countersign::test::tls_spec;

// What a client sees of a front is in tests/integration/server.
class FrontTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Front>> create(const std::string& listen, TlsMaterial material) {
    FrontOptions options{.listen = listen, .tls = std::move(material)};
    return Front::create(
        std::move(options), handler_, [](const std::function<void()>&) { return false; }, clock_,
        *logger_);
  }
  static TlsMaterial material(const Signer& signer) {
    return {.certificate = signer.chain_pem(), .key = Secret(signer.key().pem())};
  }

  countersign::test::FixedClock clock_;
  test::RefusingHandler handler_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
};

TEST_F(FrontTest, RefusesToServeWithoutACertificate) {
  const auto front = create("127.0.0.1:0", {});
  ASSERT_FALSE(front.has_value());
  EXPECT_EQ(front.error().reason, Reason::BadConfig);
  EXPECT_NE(front.error().detail.find("the certificate"), std::string::npos);
}

TEST_F(FrontTest, NamesAnAddressThatIsInUse) {
  const auto shown = material(Signer::self_signed(tls_spec()));
  const auto first = create("127.0.0.1:0", shown);
  ASSERT_TRUE(first.has_value()) << first.error().detail;
  const auto address = "127.0.0.1:" + std::to_string((*first)->port());
  const auto second = create(address, shown);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, Reason::BadConfig);
  EXPECT_NE(second.error().detail.find(address), std::string::npos);
}

TEST_F(FrontTest, TellsWhenItsCertificateEnds) {
  auto spec = tls_spec();
  spec.not_after = clock_.now() + std::chrono::hours(5);
  const auto front = create("127.0.0.1:0", material(Signer::self_signed(spec)));
  ASSERT_TRUE(front.has_value()) << front.error().detail;
  EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);

  spec.not_after += std::chrono::hours(5);
  EXPECT_TRUE((*front)->replace_tls(material(Signer::self_signed(spec))).has_value());
  EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);
}

TEST_F(FrontTest, KeepsThePairWhenTheNewOneIsBad) {  // TLS-05
  auto spec = tls_spec();
  const auto good = Signer::self_signed(spec);
  const auto front = create("127.0.0.1:0", material(good));
  ASSERT_TRUE(front.has_value()) << front.error().detail;
  auto old = tls_spec();
  old.not_after = clock_.now() - std::chrono::seconds(1);
  const auto half = good.chain_pem().substr(0, good.chain_pem().size() / 2);
  for (const auto& bad : std::vector<TlsMaterial>{
           {.certificate = good.chain_pem(), .key = Secret(countersign::test::new_key().pem())},
           {.certificate = half, .key = Secret(good.key().pem())},
           {.certificate = "", .key = Secret(good.key().pem())},
           material(Signer::self_signed(old)),
       }) {
    const auto replaced = (*front)->replace_tls(bad);
    ASSERT_FALSE(replaced.has_value());
    EXPECT_EQ(replaced.error().reason, Reason::BadConfig);
    EXPECT_EQ((*front)->certificate_not_after(), spec.not_after);
  }
}

TEST_F(FrontTest, AProcessMayHaveSeveral) {
  auto spec = tls_spec();
  const auto first = create("127.0.0.1:0", material(Signer::self_signed(spec)));
  spec.not_after -= std::chrono::hours(5);
  const auto second = create("127.0.0.1:0", material(Signer::self_signed(spec)));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE((*first)->port(), (*second)->port());
  EXPECT_NE((*first)->certificate_not_after(), (*second)->certificate_not_after());
}

TEST_F(FrontTest, MayGoWithoutHavingServed) {
  const auto front = create("127.0.0.1:0", material(Signer::self_signed(tls_spec())));
  ASSERT_TRUE(front.has_value());
  (*front)->drain(std::chrono::milliseconds(1));
  EXPECT_EQ((*front)->counters().accepted, 0U);
}

}  // namespace
}  // namespace countersign::server
