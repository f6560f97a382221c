// SPDX-License-Identifier: Apache-2.0
#include "server/trust_metrics.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace countersign::server {
namespace {

using namespace std::chrono_literals;

struct TrustMetricsTest : testing::Test {
  bool shows(std::string_view line) const {
    const auto text = prometheus::TextSerializer().Serialize(registry.Collect());
    return text.find("\n" + std::string(line) + "\n") != std::string::npos;
  }
  prometheus::Registry registry;
  TrustMetrics metrics{registry};
};

TEST_F(TrustMetricsTest, SaysWhatIsTrustedNow) {
  const Metrics::TrustStore store{.name = "ca:v", .certificates = 2, .failing = 1, .age = 90s};
  const Metrics::TrustedCertificate old{"ca:v", "signer", "v1", "aa", 1'000s};
  const Metrics::TrustedCertificate young{"ca:v", "signer", "v2", "bb", 2'000s};
  metrics.trusted({&store, 1}, std::vector{old, young});
  EXPECT_TRUE(shows("countersign_trust_store_certificates{store=\"ca:v\"} 2"));
  EXPECT_TRUE(shows("countersign_trust_store_failing_items{store=\"ca:v\"} 1"));
  EXPECT_TRUE(shows("countersign_trust_store_age_seconds{store=\"ca:v\"} 90"));
  const std::string gone =
      "countersign_trust_certificate_not_after_seconds{item=\"signer\",store=\"ca:v\","
      "thumbprint=\"aa\",version=\"v1\"} 1000";
  EXPECT_TRUE(shows(gone));
  metrics.trusted({&store, 1}, std::vector{young});
  EXPECT_FALSE(shows(gone)) << "what is no longer trusted has no series";
}

TEST_F(TrustMetricsTest, AFileStoreHasNoAge) {
  const Metrics::TrustStore store{.name = "ca:f", .certificates = 1};
  metrics.trusted({&store, 1}, {});
  EXPECT_TRUE(shows("countersign_trust_store_certificates{store=\"ca:f\"} 1"));
  EXPECT_FALSE(shows("countersign_trust_store_age_seconds{store=\"ca:f\"} 0"));
}

TEST_F(TrustMetricsTest, SaysHowLongTokensAreGood) {  // AZ-10 in part
  const Metrics::AzureToken token{"workload", "https://vault", 0s, 3, 2};
  metrics.tokens({&token, 1});
  const std::string labels = "{audience=\"https://vault\",identity=\"workload\"} ";
  EXPECT_TRUE(shows("countersign_azure_token_seconds_left" + labels + "0"));
  EXPECT_TRUE(shows("countersign_azure_token_requests" + labels + "3"));
  EXPECT_TRUE(shows("countersign_azure_token_failures" + labels + "2"));
}

}  // namespace
}  // namespace countersign::server
