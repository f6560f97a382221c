// SPDX-License-Identifier: Apache-2.0
#include "server/decision_metrics.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::server {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Decision = Metrics::Decision;
using Outcome = Metrics::Outcome;
using Run = Metrics::Run;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(DecisionMetrics, CountsDecisionsByReason) {
  Metrics metrics;
  metrics.decided(Decision::Denied, Run::Real, Reason::SignatureNotFound, milliseconds(30));
  metrics.decided(Decision::Denied, Run::Real, Reason::SignatureNotFound, milliseconds(300));
  metrics.decided(Decision::Warned, Run::Real, Reason::Untrusted, milliseconds(1));
  metrics.decided(Decision::Allowed, Run::Real, Reason::Internal, milliseconds(2));
  const auto text = metrics.text();
  const std::string name = "countersign_decisions_total";
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",reason="SIGNATURE_NOT_FOUND"} 2)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="warned",reason="UNTRUSTED"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="allowed",reason="NONE"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",reason="INTERNAL"} 0)"));
}

TEST(DecisionMetrics, SortsDurationsIntoBuckets) {
  Metrics metrics;
  metrics.decided(Decision::Denied, Run::Real, Reason::Internal, milliseconds(30));
  metrics.decided(Decision::Denied, Run::Real, Reason::Internal, milliseconds(20'000));
  const auto text = metrics.text();
  const std::string name = "countersign_decision_duration_seconds_bucket";
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="0.025"} 0)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="0.05"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="10"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({decision="denied",le="+Inf"} 2)"));
}

TEST(DecisionMetrics, CountsDryRuns) {
  Metrics metrics;
  metrics.decided(Decision::Allowed, Run::Dry, Reason::Internal, milliseconds(1));
  metrics.decided(Decision::Allowed, Run::Real, Reason::Internal, milliseconds(1));
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, "countersign_dry_runs_total 1"));
  EXPECT_TRUE(has_line(text, R"(countersign_decisions_total{decision="allowed",reason="NONE"} 2)"));
}

TEST(DecisionMetrics, CountsImagesByRule) {
  Metrics metrics;
  metrics.judged({"signed", "enforce", Outcome::Refused, Reason::Untrusted});
  metrics.judged({"signed", "enforce", Outcome::Refused, Reason::Untrusted});
  metrics.judged({"signed", "enforce", Outcome::Verified, Reason::Internal});
  metrics.judged({"system", "audit", Outcome::Unverified, Reason::Internal});
  const auto text = metrics.text();
  const std::string name = "countersign_images_total";
  EXPECT_TRUE(has_line(
      text, name + R"({mode="enforce",outcome="refused",reason="UNTRUSTED",rule="signed"} 2)"));
  EXPECT_TRUE(has_line(
      text, name + R"({mode="enforce",outcome="verified",reason="NONE",rule="signed"} 1)"));
  EXPECT_TRUE(has_line(
      text, name + R"({mode="audit",outcome="unverified",reason="NONE",rule="system"} 1)"));
}

TEST(DecisionMetrics, GivesSeriesToSoManyRulesOnly) {
  Metrics metrics;
  for (std::size_t rule = 0; rule < limits::kRuleSeries + 3; ++rule) {
    metrics.judged({"r" + std::to_string(rule), "enforce", Outcome::Verified, Reason::Internal});
  }
  const auto text = metrics.text();
  const std::string name = "countersign_images_total";
  EXPECT_TRUE(
      has_line(text, name + R"({mode="enforce",outcome="verified",reason="NONE",rule="other"} 3)"));
  EXPECT_EQ(text.find("rule=\"r" + std::to_string(limits::kRuleSeries) + "\""), std::string::npos);
}

TEST(DecisionMetrics, SortsPhases) {
  Metrics metrics;
  metrics.phase(Metrics::Phase::Read, microseconds(20));
  metrics.phase(Metrics::Phase::Judge, milliseconds(3));
  const auto text = metrics.text();
  const std::string name = "countersign_decision_phase_duration_seconds_count";
  EXPECT_TRUE(has_line(text, name + R"({phase="read"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({phase="judge"} 1)"));
  EXPECT_TRUE(has_line(text, name + R"({phase="wait"} 0)"));
}

}  // namespace
}  // namespace countersign::server
