// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/metrics.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
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

TEST(Metrics, CountsClientsThatWereRefused) {
  Metrics metrics;
  metrics.refused_client(ClientRefusal::OutOfTime);
  metrics.refused_client(ClientRefusal::Missing);
  metrics.refused_client(ClientRefusal::Missing);
  const auto text = metrics.text();
  const std::string name = "countersign_client_certificates_refused_total";
  EXPECT_TRUE(has_line(text, name + R"({reason="missing"} 2)"));
  EXPECT_TRUE(has_line(text, name + R"({reason="time"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({reason="name"} 0)"));
}

TEST(Metrics, CountsReloads) {
  Metrics metrics;
  metrics.config_reload(true);
  metrics.config_reload(false);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_config_reloads_total{result="success"} 1)"));
  EXPECT_TRUE(has_line(text, R"(countersign_config_reloads_total{result="failure"} 1)"));
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
  using Decision = Metrics::Decision;
  for (const auto decision :
       {Decision::Denied, Decision::Allowed, Decision::Warned, Decision::Exempted}) {
    for (const auto reason : all_reasons()) {
      metrics.decided(decision, Metrics::Run::Dry, reason, std::chrono::milliseconds(1));
    }
  }
  EXPECT_EQ(lines(metrics.text()), before);
}

}  // namespace
}  // namespace countersign::server
