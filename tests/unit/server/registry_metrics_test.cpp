// SPDX-License-Identifier: Apache-2.0
#include "server/registry_metrics.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using std::chrono::milliseconds;
using Breaker = Metrics::RegistryBreaker;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

Metrics::RegistryExchange exchange(std::string_view kind, int status) {
  return {.host = "a.example",
          .kind = kind,
          .status = status,
          .again = false,
          .took = milliseconds(30),
          .bytes = 100};
}

TEST(RegistryMetrics, CountsRequestsByHostKindAndStatus) {
  Metrics metrics;
  for (const int status : {200, 200, 206, 307, 401, 403, 404, 418, 429, 500, 503, 0, 99, 1'000}) {
    metrics.registry_exchanged(exchange("manifest", status));
  }
  const auto text = metrics.text();
  for (const auto* const labels :
       {R"(status="200"} 2)", R"(status="2xx"} 1)", R"(status="3xx"} 1)", R"(status="401"} 1)",
        R"(status="403"} 1)", R"(status="404"} 1)", R"(status="4xx"} 1)", R"(status="429"} 1)",
        R"(status="5xx"} 2)", R"(status="error"} 1)", R"(status="other"} 2)"}) {
    EXPECT_TRUE(has_line(text, R"(countersign_registry_requests_total{host="a.example",)"
                               R"(kind="manifest",)" +
                                   std::string(labels)))
        << labels;
  }
}

TEST(RegistryMetrics, CountsRetriesBytesAndTime) {
  Metrics metrics;
  metrics.registry_exchanged(exchange("blob", 503));
  EXPECT_TRUE(
      has_line(metrics.text(), R"(countersign_registry_retries_total{host="a.example"} 0)"));
  auto again = exchange("blob", 200);
  again.again = true;
  metrics.registry_exchanged(again);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_registry_retries_total{host="a.example"} 1)"));
  EXPECT_TRUE(has_line(text, R"(countersign_registry_received_bytes_total{host="a.example"} 200)"));
  const std::string name = "countersign_registry_request_duration_seconds_bucket";
  EXPECT_TRUE(has_line(text, name + R"({kind="blob",le="0.025"} 0)"));
  EXPECT_TRUE(has_line(text, name + R"({kind="blob",le="0.05"} 2)"));
}

TEST(RegistryMetrics, ShowsStatesAndCountsOfHosts) {
  Metrics metrics;
  metrics.registry_breaker("a.example", Breaker::Open);
  metrics.registry_breaker("b.example", Breaker::Trying);
  metrics.registry_breaker("c.example", Breaker::Open);
  metrics.registry_breaker("c.example", Breaker::Closed);
  metrics.registry_pulls_left("a.example", 99);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(countersign_registry_breaker{host="a.example"} 2)"));
  EXPECT_TRUE(has_line(text, R"(countersign_registry_breaker{host="b.example"} 1)"));
  EXPECT_TRUE(has_line(text, R"(countersign_registry_breaker{host="c.example"} 0)"));
  EXPECT_TRUE(has_line(text, R"(countersign_registry_pulls_left{host="a.example"} 99)"));
}

TEST(RegistryMetrics, HaveABoundedNumberOfSeriesAHost) {  // LOG-04
  Metrics metrics;
  const auto lines = [&metrics] {
    const auto text = metrics.text();
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto fill = [&metrics](int from, int to) {
    for (int status = from; status < to; ++status) {
      metrics.registry_exchanged(exchange("other", status));
      metrics.registry_exchanged(exchange("kind " + std::to_string(status), status));
    }
  };
  fill(0, 600);
  const auto before = lines();
  fill(600, 2'000);
  EXPECT_EQ(lines(), before);
}

}  // namespace
}  // namespace countersign::server
