// SPDX-License-Identifier: Apache-2.0
#include "app/trust_report.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

const Time kNow = test::FixedClock().now();
const trust::StoreName kVault{trust::StoreType::Ca, "vault"};

trust::Snapshot snapshot() {
  static const auto certificate = test::make_root().certificate();
  trust::Holding good{.name = "signer",
                      .entries = {{certificate, "v1"}},
                      .remark = "version v0 is disabled",
                      .loaded_at = kNow - std::chrono::seconds(30),
                      .stale_at = kNow + std::chrono::hours(1)};
  trust::Holding bad{.name = "other", .failure = Error{Reason::KeyVaultDenied, "no role\n"}};
  return {{{kVault, trust::Store({std::move(good), std::move(bad)})}}, 1};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(TrustReport, ShowsAgesVersionsThumbprintsAndEnds) {
  const auto shown = snapshot();
  const auto text = trust_text(shown, kNow);
  const auto& entry = shown.stores().at(kVault).holdings().front().entries.front();
  EXPECT_TRUE(has(text, "trust store ca:vault\n"));
  EXPECT_TRUE(has(text, "signer: 1 certificate, looked at 30 s ago; version v0 is disabled\n"));
  EXPECT_TRUE(has(text, "v1 " + entry.certificate.thumbprint()));
  EXPECT_TRUE(has(text, "KEY_VAULT_DENIED: no role"));
  EXPECT_FALSE(has(text, "no role\n\n")) << "what others wrote makes no lines";
}

TEST(TrustReport, SaysWhenAnItemIsTooOld) {
  EXPECT_FALSE(has(trust_text(snapshot(), kNow), "too long"));
  EXPECT_TRUE(has(trust_text(snapshot(), kNow + std::chrono::hours(1)), "too long"));
}

TEST(TrustReport, CountsForMetrics) {
  const auto series = trust_series(snapshot(), kNow);
  ASSERT_EQ(series.stores.size(), 1U);
  EXPECT_EQ(series.stores[0].name, "ca:vault");
  EXPECT_EQ(series.stores[0].certificates, 1U);
  EXPECT_EQ(series.stores[0].failing, 1U);
  EXPECT_EQ(series.stores[0].age, std::chrono::seconds(30));
  ASSERT_EQ(series.certificates.size(), 1U);
  EXPECT_EQ(series.certificates[0].item, "signer");
  EXPECT_EQ(series.certificates[0].version, "v1");
  const auto later = trust_series(snapshot(), kNow + std::chrono::hours(1));
  EXPECT_EQ(later.stores[0].certificates, 0U) << "stale";
}

class OneToken final : public azure::Identity {
 public:
  std::string_view description() const override { return "robot"; }
  Result<azure::AccessToken> acquire(std::string_view audience, Deadline) override {
    if (audience == "https://b") {
      return fail(Reason::AzureIdentityRefused, "AADSTS70021");
    }
    return azure::AccessToken{.text = Secret("canary"), .life = std::chrono::seconds(600)};
  }
};

TEST(TrustReport, ShowsTokensButNotTheirText) {
  const test::FixedClock clock;
  azure::TokenKeeper keeper(std::make_unique<OneToken>(), clock, [] { return 0.5; });
  ASSERT_TRUE(keeper.token("https://a", Secret(), clock.in(std::chrono::seconds(1))));
  ASSERT_FALSE(keeper.token("https://b", Secret(), clock.in(std::chrono::seconds(1))));
  const auto text = token_text(keeper);
  EXPECT_TRUE(has(text, "identity robot: token for https://a: 600 s left\n"));
  EXPECT_TRUE(has(text, "token for https://b: none; AZURE_IDENTITY_REFUSED: AADSTS70021\n"));
  EXPECT_FALSE(has(text, "canary"));
  const auto series = token_series(keeper);
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].left, std::chrono::seconds(600));
  EXPECT_EQ(series[1].failures, 1U);
}

}  // namespace
}  // namespace countersign::app
