// SPDX-License-Identifier: Apache-2.0
#include "app/decision_record.h"

#include <set>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::app {
namespace {

using policy::Judged;

class Lines final : public log::Logger {  // the fields of each line
 public:
  using Line = std::map<std::string, std::string>;
  void write(log::Level, std::string_view message,
             std::initializer_list<log::Field> fields) override {
    Line line{{"message", std::string(message)}};
    for (const auto& field : fields) {
      const auto* const text = std::get_if<std::string_view>(&field.value);
      const auto* const number = std::get_if<std::int64_t>(&field.value);
      line.emplace(field.name, text != nullptr     ? std::string(*text)
                               : number != nullptr ? std::to_string(*number)
                                                   : std::to_string(std::get<bool>(field.value)));
    }
    lines.push_back(std::move(line));
  }
  std::vector<Line> lines;
};

class DecisionRecordTest : public testing::Test {
 protected:
  void decide(const policy::Decision& decision) {
    kube::Review review;
    review.uid = "705ab4f5-6393";
    review.name_space = "shop";
    review.dry_run = dry_run_;
    kube::Answer answer;
    answer.allowed = decision.allowed;
    const server::HttpRequest request{.path = "/validate",
                                      .query = {},
                                      .content_type = {},
                                      .body = {},
                                      .received = clock_.tick(),
                                      .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"};
    record_.decided({.request = request,
                     .entry = DecisionRecord::Entry::Validate,
                     .review = review,
                     .decision = decision,
                     .answer = answer,
                     .id = "705ab4f5"});
  }
  bool counts(const std::string& line) const {
    return ("\n" + metrics_.text()).find("\n" + line + "\n") != std::string::npos;
  }
  static policy::Decision denial() {
    policy::Decision decision;
    decision.reason = Reason::Untrusted;
    decision.enforced.push_back({.reason = Reason::Untrusted,
                                 .field = "spec.containers[0].image",
                                 .container = "web",
                                 .image = "r.example/a:1",
                                 .digest = "sha256:ab",
                                 .rule = "signed",
                                 .policy = "prod",
                                 .detail = "why",
                                 .mode = policy::Mode::Enforce});
    decision.judged.push_back({.rule = "signed", .reason = Reason::Untrusted});
    decision.requests = 3;
    return decision;
  }

  bool dry_run_ = false;
  test::FixedClock clock_;
  server::Metrics metrics_;
  Lines lines_;
  DecisionRecord record_{clock_, metrics_, lines_, nullptr};
};

TEST_F(DecisionRecordTest, WritesOneLineWithEveryField) {  // AW-130
  decide(denial());
  ASSERT_EQ(lines_.lines.size(), 1U);
  const auto& line = lines_.lines.front();
  std::set<std::string> fields;
  for (const auto& [name, value] : line) {
    fields.insert(name);
  }
  EXPECT_EQ(fields,
            (std::set<std::string>{
                "message",   "id",     "uid",   "traceId", "entry",    "operation", "resource",
                "namespace", "name",   "user",  "dryRun",  "allowed",  "reason",    "images",
                "refused",   "rule",   "mode",  "policy",  "field",    "image",     "digest",
                "detail",    "exempt", "notes", "note",    "requests", "tookMs"}));
  EXPECT_EQ(line.at("uid"), "705ab4f5-6393");
  EXPECT_EQ(line.at("traceId"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(line.at("reason"), "UNTRUSTED");
  EXPECT_EQ(line.at("rule"), "signed");
  EXPECT_EQ(line.at("policy"), "prod");
  EXPECT_EQ(line.at("digest"), "sha256:ab");
  EXPECT_EQ(line.at("requests"), "3");
}

TEST_F(DecisionRecordTest, CountsDecisionsAndImages) {
  decide(denial());
  policy::Decision allowed;
  allowed.allowed = true;
  allowed.judged.push_back({.rule = "signed", .outcome = Judged::Outcome::Verified});
  decide(allowed);
  EXPECT_TRUE(counts(R"(countersign_decisions_total{decision="denied",reason="UNTRUSTED"} 1)"));
  EXPECT_TRUE(counts(R"(countersign_decisions_total{decision="allowed",reason="NONE"} 1)"));
  EXPECT_TRUE(counts(
      R"(countersign_images_total{mode="enforce",outcome="refused",reason="UNTRUSTED",rule="signed"} 1)"));
  EXPECT_TRUE(counts(
      R"(countersign_images_total{mode="enforce",outcome="verified",reason="NONE",rule="signed"} 1)"));
}

TEST_F(DecisionRecordTest, CountsWhatABrokenGlassLetsThroughApart) {
  decide(policy::break_glass());
  EXPECT_TRUE(counts(R"(countersign_decisions_total{decision="exempted",reason="NONE"} 1)"));
  EXPECT_EQ(lines_.lines.front().at("exempt"), "break-glass");
}

TEST_F(DecisionRecordTest, CountsADryRunAsOne) {  // AW-72
  dry_run_ = true;
  decide(denial());
  EXPECT_TRUE(counts("countersign_dry_runs_total 1"));
  EXPECT_TRUE(counts(R"(countersign_decisions_total{decision="denied",reason="UNTRUSTED"} 1)"));
}

}  // namespace
}  // namespace countersign::app
