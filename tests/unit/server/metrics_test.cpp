// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/metrics.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using std::chrono::milliseconds;
using Decision = Metrics::Decision;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Metrics, CountsDecisionsByReason) {
  Metrics metrics;
  metrics.decided(Decision::Denied, Reason::SignatureNotFound, milliseconds(30));
  metrics.decided(Decision::Denied, Reason::SignatureNotFound, milliseconds(300));
  metrics.decided(Decision::Warned, Reason::Untrusted, milliseconds(1));
  metrics.decided(Decision::Allowed, Reason::Internal, milliseconds(2));
  const auto text = metrics.text();
  const std::string name = "countersign_decisions_total";
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",reason="SIGNATURE_NOT_FOUND"} 2)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="warned",reason="UNTRUSTED"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="allowed",reason="NONE"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",reason="INTERNAL"} 0)"));
}

TEST(Metrics, SortsDurationsIntoBuckets) {
  Metrics metrics;
  metrics.decided(Decision::Denied, Reason::Internal, milliseconds(30));
  metrics.decided(Decision::Denied, Reason::Internal, milliseconds(20'000));
  const auto text = metrics.text();
  const std::string name = "countersign_decision_duration_seconds_bucket";
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="0.025"} 0)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="0.05"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="10"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="+Inf"} 2)"));
}

TEST(Metrics, CountsChecksThatWereOnlyLogged) {
  Metrics metrics;
  EXPECT_TRUE(has_line(metrics.text(), "countersign_logged_checks_total 0"));
  metrics.noted(0);
  metrics.noted(2);
  EXPECT_TRUE(has_line(metrics.text(), "countersign_logged_checks_total 2"));
}

TEST(Metrics, CountsHttpErrorsByStatus) {
  Metrics metrics;
  metrics.rejected_request(413);
  metrics.rejected_request(599);
  metrics.rejected_request(-7);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_rejected_requests_total{status="413"} 1)"));
  EXPECT_TRUE(has_line(text, R"(countersign_rejected_requests_total{status="other"} 2)"));
  EXPECT_TRUE(has_line(text, R"(countersign_rejected_requests_total{status="400"} 0)"));
}

TEST(Metrics, RemembersHowTheLastReloadWent) {
  Metrics metrics;
  metrics.config_reload(true);
  metrics.config_reload(false);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_config_reloads_total{result="success"} 1)"));
  EXPECT_TRUE(has_line(text, R"(countersign_config_reloads_total{result="failure"} 1)"));
  EXPECT_TRUE(has_line(text, "countersign_config_last_reload_successful 0"));
}

TEST(Metrics, ShowsWhatIsRememberedByKind) {
  Metrics metrics;
  metrics.gauge("countersign_registry_facts_known", "tag", 1);
  metrics.gauge("countersign_registry_facts_known", "tag", 3);
  metrics.gauge("countersign_registry_facts_known", "content", 2);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_registry_facts_known{fact="tag"} 3)"));
  EXPECT_TRUE(has_line(text, R"(countersign_registry_facts_known{fact="content"} 2)"));
  EXPECT_DEATH(metrics.gauge("countersign_registry_facts_known", "image", 1), "");
}

TEST(Metrics, ShowsGaugesOnceTheyAreSet) {
  Metrics metrics;
  EXPECT_EQ(metrics.text().find("countersign_connections_open"), std::string::npos);
  metrics.gauge("countersign_connections_open", 12);
  metrics.gauge("countersign_connections_open", 7);
  EXPECT_TRUE(has_line(metrics.text(), "countersign_connections_open 7"));
}

TEST(MetricsDeathTest, HasNoGaugeOfAnotherName) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Metrics metrics;
  EXPECT_DEATH(metrics.gauge("countersign_image_example_com", 1), "");
}

TEST(Metrics, HasABoundedNumberOfSeries) {  // LOG-04
  Metrics metrics;
  const auto before = lines(metrics.text());
  for (int status = 100; status < 1000; ++status) {
    metrics.rejected_request(status);
  }
  for (const auto decision : {Decision::Denied, Decision::Allowed, Decision::Warned}) {
    for (const auto reason : all_reasons()) {
      metrics.decided(decision, reason, milliseconds(1));
    }
  }
  EXPECT_EQ(lines(metrics.text()), before);
}

}  // namespace
}  // namespace countersign::server
