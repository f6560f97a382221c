// SPDX-License-Identifier: Apache-2.0
#include "server/provider_metrics.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using std::chrono::milliseconds;
using Request = Metrics::ProviderRequest;
using ProviderKey = Metrics::ProviderKey;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(ProviderMetrics, CountsRequestsAndTheirTime) {
  Metrics metrics;
  metrics.provider_request(Request::Answered, milliseconds(3));
  metrics.provider_request(Request::Answered, milliseconds(30));
  metrics.provider_request(Request::Overloaded, milliseconds(0));
  metrics.provider_request(Request::Unreadable, milliseconds(0));
  const auto text = metrics.text();
  const std::string name = "countersign_provider_requests_total";
  EXPECT_TRUE(has_line(text, name + R"({outcome="answered"} 2)"));
  EXPECT_TRUE(has_line(text, name + R"({outcome="overloaded"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({outcome="unreadable"} 1)"));
  const std::string buckets = "countersign_provider_request_duration_seconds_bucket";
  EXPECT_TRUE(has_line(text, buckets + R"({outcome="answered",le="0.005"} 1)"));
  EXPECT_TRUE(has_line(text, buckets + R"({outcome="answered",le="0.05"} 2)"));
}

TEST(ProviderMetrics, CountsKeysByOutcomeAndReason) {
  Metrics metrics;
  metrics.provider_key(ProviderKey::Accepted, Reason::Internal);
  metrics.provider_key(ProviderKey::Refused, Reason::Untrusted);
  metrics.provider_key(ProviderKey::Undecided, Reason::RegistryUnavailable);
  metrics.provider_key(ProviderKey::Unreadable, Reason::BadReference);
  metrics.provider_key(ProviderKey::Warned, Reason::Untrusted);
  const auto text = metrics.text();
  for (const auto* const labels :
       {R"(outcome="accepted",reason="NONE")", R"(outcome="refused",reason="UNTRUSTED")",
        R"(outcome="undecided",reason="REGISTRY_UNAVAILABLE")",
        R"(outcome="unreadable",reason="BAD_REFERENCE")",
        R"(outcome="warned",reason="UNTRUSTED")"}) {
    EXPECT_TRUE(has_line(text, "countersign_provider_keys_total{" + std::string(labels) + "} 1"))
        << labels;
  }
}

}  // namespace
}  // namespace countersign::server
