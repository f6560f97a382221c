// SPDX-License-Identifier: Apache-2.0
#include "admission/joint_verification.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/memory_repository.h"

namespace countersign::admission {
namespace {

using policy::Join;
using policy::Report;
using policy::Verdict;

Report passed(Verdict verdict) {
  Report report;
  report.verdict = verdict;
  return report;
}

class OneAnswer final : public Verifier {  // settled, or after a look
 public:
  explicit OneAnswer(std::optional<Report> settled, Result<Report> found = passed(Verdict::Trusted))
      : settled_(std::move(settled)), found_(std::move(found)) {}
  std::string_view name() const override { return "scripted"; }
  std::vector<trust::StoreName> stores() const override { return {}; }
  std::optional<Report> settled(std::string_view) const override { return settled_; }
  void announce(const oci::ImageRef&, registry::Repository&, Deadline) const override {
    ++announced;
  }
  Result<Report> verify(const Subject&, registry::Repository&, const trust::Snapshot&, Time,
                        Deadline) const override {
    ++judged;
    return found_;
  }
  mutable int announced = 0, judged = 0;

 private:
  std::optional<Report> settled_;
  Result<Report> found_;
};

class JointVerificationTest : public testing::Test {
 protected:
  using Verifiers = std::vector<std::shared_ptr<OneAnswer>>;

  struct Found {
    bool settled;  // without a look
    Result<Report> report;
  };
  Found judge(Join join, const Verifiers& verifiers) {
    Configuration configuration;
    policy::Demand demand{.verifications = {}, .join = join};
    for (const auto& each : verifiers) {
      demand.verifications.push_back(configuration.verifications.size());
      configuration.verifications.push_back(
          {"v" + std::to_string(configuration.verifications.size()), each});
    }
    JointVerification joint(configuration, demand, "r.example/a");
    if (joint.settled()) {
      return {true, joint.report()};
    }
    test::MemoryRepository repository(store_);
    joint.announce(*oci::ImageRef::parse("r.example/a"), repository, deadline_);
    joint.verify({"r.example/a", store_.push("", "{}"), {}}, repository, trust_, {}, deadline_);
    return {false, joint.report()};
  }

  test::MemoryStore store_;
  trust::Snapshot trust_;
  Deadline deadline_ = test::FixedClock().in(std::chrono::seconds(1));
};

std::shared_ptr<OneAnswer> settled(Report report) {
  return std::make_shared<OneAnswer>(std::move(report));
}
std::shared_ptr<OneAnswer> finds(Result<Report> found) {
  return std::make_shared<OneAnswer>(std::nullopt, std::move(found));
}
const Report kNoPolicy = Report::refused(Reason::NoPolicy, "");
const Report kRefused = Report::refused(Reason::Untrusted, "");

TEST_F(JointVerificationTest, LooksAtNothingThatIsSettled) {
  const auto open = finds(passed(Verdict::Trusted));
  auto found = judge(Join::All, {open, settled(kNoPolicy)});
  EXPECT_TRUE(found.settled);
  EXPECT_EQ(found.report->reason, Reason::NoPolicy);
  found = judge(Join::Any, {open, settled(passed(Verdict::Skipped))});
  EXPECT_TRUE(found.settled);
  EXPECT_EQ(found.report->verdict, Verdict::Skipped);
  found = judge(Join::All, {settled(passed(Verdict::Skipped)), settled(passed(Verdict::Skipped))});
  EXPECT_TRUE(found.settled);
  EXPECT_EQ(found.report->verdict, Verdict::Skipped);
  EXPECT_EQ(open->judged + open->announced, 0);
}

TEST_F(JointVerificationTest, AnnouncesOnceAndJudgesWhatIsOpen) {
  const auto skips = settled(passed(Verdict::Skipped));
  const auto one = finds(passed(Verdict::Trusted)), two = finds(passed(Verdict::Trusted));
  const auto found = judge(Join::All, {skips, one, two});
  EXPECT_FALSE(found.settled);
  EXPECT_EQ(found.report->verdict, Verdict::Trusted);
  EXPECT_EQ(one->announced, 1);
  EXPECT_EQ(two->announced, 0);
  EXPECT_EQ(one->judged, 1);
  EXPECT_EQ(two->judged, 1);
  EXPECT_EQ(skips->judged, 0);
}

TEST_F(JointVerificationTest, StopsWhenNothingCanChange) {
  auto later = finds(passed(Verdict::Trusted));
  auto found = judge(Join::All, {finds(kRefused), later});
  EXPECT_EQ(found.report->reason, Reason::Untrusted);
  EXPECT_EQ(later->judged, 0);

  found = judge(Join::Any, {finds(passed(Verdict::Trusted)), later});
  EXPECT_EQ(found.report->verdict, Verdict::Trusted);
  EXPECT_EQ(later->judged, 0);

  later = finds(kRefused);
  found = judge(Join::All, {finds(fail(Reason::RegistryUnavailable, "")), later});
  EXPECT_EQ(found.report->reason, Reason::Untrusted) << "a definite no beside an unknown";
  EXPECT_EQ(later->judged, 1);
}

TEST_F(JointVerificationTest, DemandsTheDefaultWithoutRulesElseAll) {
  Configuration configuration;
  EXPECT_TRUE(demand_without_rules(configuration).verifications.empty());
  configuration.verifications = {{"default", nullptr}, {"build", nullptr}};
  EXPECT_EQ(demand_without_rules(configuration).verifications, std::vector<std::size_t>{0});
  configuration.verifications = {{"build", nullptr}, {"release", nullptr}};
  const auto demand = demand_without_rules(configuration);
  EXPECT_EQ(demand.verifications, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(demand.join, Join::All);
}

}  // namespace
}  // namespace countersign::admission
