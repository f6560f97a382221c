// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/admitter.h"

#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/memory_repository.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using policy::Action;
using policy::Mode;
using policy::References;
using policy::Report;

// Trusts what its script says and refuses what it does not name.
class ScriptedVerifier final : public Verifier {
 public:
  std::string_view name() const override { return "scripted"; }
  std::vector<trust::StoreName> stores() const override { return {}; }
  std::optional<Report> settled(std::string_view repository) const override {
    if (!skipped.contains(std::string(repository))) {
      return std::nullopt;
    }
    Report report;
    report.verdict = policy::Verdict::Skipped;
    return report;
  }
  void announce(const oci::ImageRef&, registry::Repository&, Deadline) const override {}
  Result<Report> verify(const Subject& subject, registry::Repository&, const trust::Snapshot&, Time,
                        Deadline) const override {
    const std::scoped_lock lock(mutex);
    ++judged[subject.repository];
    if (throws) {
      throw std::runtime_error("broken");
    }
    const auto found = script.find(subject.repository);
    return found == script.end() ? Report::refused(Reason::SignatureNotFound, "") : found->second;
  }

  std::map<std::string, Result<Report>> script;
  std::set<std::string> skipped;
  bool throws = false;
  mutable std::mutex mutex;
  mutable std::map<std::string, int> judged;
};

class OneRegistry final : public Repositories {  // "r.example", and an image that is always there
 public:
  OneRegistry() { store.tags.emplace("1", store.push(oci::media_type::kOciManifest, "{}").digest); }
  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef& image,
                                                     const kube::Puller&) override {
    if (image.registry() != "r.example") {
      return fail(Reason::RegistryNotAllowed, "");
    }
    return std::make_unique<test::MemoryRepository>(store);
  }
  test::MemoryStore store;
};

Report trusted() {
  Report report;
  report.verdict = policy::Verdict::Trusted;
  return report;
}

policy::Rule rule(Action action, Mode mode = Mode::Enforce,
                  References references = References::Any) {
  policy::Rule rule;
  rule.name = "rule";
  rule.action = action;
  rule.mode = mode;
  rule.references = references;
  return rule;
}

class AdmitterTest : public testing::Test {
 protected:
  policy::Decision admit(const std::vector<std::string>& images,
                         std::chrono::milliseconds budget = 10s) {
    kube::Review review;
    review.uid = "uid";
    review.name_space = "shop";
    for (const auto& image : images) {
      const auto index = std::to_string(review.images.size());
      review.images.push_back({"spec.containers[" + index + "].image", "c" + index, image});
    }
    const auto configuration = std::make_shared<const Configuration>(
        Configuration{policy::Rules(rules_, fallback_), verifier_, registry_});
    const Admitter admitter({.clock = clock_,
                             .workers = workers_,
                             .configuration = [&] { return configuration; },
                             .trust = [&] { return std::make_shared<trust::Snapshot>(); }});
    return admitter.admit(review, clock_.in(budget));
  }

  test::FixedClock clock_;
  WorkerPool workers_{2, 4};
  std::vector<policy::Rule> rules_;
  policy::Rule fallback_ = rule(Action::Verify);
  std::shared_ptr<ScriptedVerifier> verifier_ = std::make_shared<ScriptedVerifier>();
  std::shared_ptr<OneRegistry> registry_ = std::make_shared<OneRegistry>();
};

TEST_F(AdmitterTest, AllowsWhatTheVerifierTrusts) {
  verifier_->script.emplace("r.example/a", trusted());
  EXPECT_TRUE(admit({"r.example/a:1"}).allowed);
  EXPECT_TRUE(admit({}).allowed) << "a review without images";
}

TEST_F(AdmitterTest, NamesEveryImageThatFails) {  // ADM-19, AW-31
  verifier_->script.emplace("r.example/a", trusted());
  const auto decision = admit({"r.example/a:1", "r.example/b:1", "r.example/c:1"});
  EXPECT_FALSE(decision.allowed);
  ASSERT_EQ(decision.enforced.size(), 2U);
  EXPECT_EQ(decision.enforced[0].field, "spec.containers[1].image");
  EXPECT_EQ(decision.enforced[0].container, "c1");
  EXPECT_EQ(decision.enforced[1].field, "spec.containers[2].image");
  EXPECT_EQ(decision.enforced[1].reason, Reason::SignatureNotFound);
}

TEST_F(AdmitterTest, JudgesEqualImagesOnce) {  // ADM-18
  const auto decision =
      admit(std::vector<std::string>(limits::kImageUsesPerReview, "r.example/a:1"));
  EXPECT_EQ(decision.enforced.size(), limits::kImageUsesPerReview);
  EXPECT_EQ(verifier_->judged["r.example/a"], 1);
}

TEST_F(AdmitterTest, JudgesTwoTagsOfOneRepositoryEach) {
  registry_->store.tags.emplace("2", registry_->store.tags.at("1"));
  admit({"r.example/a:1", "r.example/a:2"});
  EXPECT_EQ(verifier_->judged["r.example/a"], 2);
}

TEST_F(AdmitterTest, RefusesTooManyDistinctImages) {  // ADM-18
  std::vector<std::string> images;
  for (std::size_t number = 0; number <= limits::kImagesPerReview; ++number) {
    images.push_back("r.example/a" + std::to_string(number) + ":1");
  }
  const auto decision = admit(images);
  ASSERT_EQ(decision.enforced.size(), images.size());
  EXPECT_EQ(decision.reason, Reason::TooManyImages);
  EXPECT_TRUE(verifier_->judged.empty());

  images.pop_back();
  EXPECT_EQ(admit(images).reason, Reason::SignatureNotFound);
}

TEST_F(AdmitterTest, RefusesWithoutNetworkWhatNeedsNone) {
  fallback_ = rule(Action::Verify, Mode::Enforce, References::DigestOnly);
  struct Row {
    const char* image;
    Reason reason;
  };
  for (const auto& row :
       {Row{"r.example/a:1", Reason::TagNotAllowed}, Row{"r.example/a", Reason::TagNotAllowed},
        Row{"elsewhere.example/a@sha256:"
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            Reason::RegistryNotAllowed},
        Row{"UPPER/a", Reason::BadReference}, Row{"", Reason::BadReference},
        Row{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            Reason::LocalImageId}}) {
    const auto decision = admit({row.image});
    EXPECT_EQ(decision.reason, row.reason) << row.image;
    EXPECT_FALSE(decision.may_retry) << row.image;
  }
  EXPECT_EQ(registry_->store.requests, 0U);
}

TEST_F(AdmitterTest, AllowsAnUnreadableReferenceOnlyByARuleThatSelectsNoImages) {
  auto system = rule(Action::Allow);
  system.images.push_back(*policy::ImagePattern::parse("r.example/**"));
  rules_ = {system};
  EXPECT_EQ(admit({"UPPER/a"}).reason, Reason::BadReference);
  rules_ = {rule(Action::Allow)};
  EXPECT_TRUE(admit({"UPPER/a"}).allowed);
}

TEST_F(AdmitterTest, LetsTheFirstMatchingRuleDecide) {
  auto deny = rule(Action::Deny);
  deny.images.push_back(*policy::ImagePattern::parse("r.example/bad/*"));
  rules_ = {deny, rule(Action::Allow)};
  EXPECT_TRUE(admit({"r.example/good/a:1"}).allowed);
  EXPECT_EQ(admit({"r.example/bad/a:1"}).reason, Reason::ImageDenied);
  EXPECT_TRUE(verifier_->judged.empty());
}

TEST_F(AdmitterTest, NeverStandsInTheWayInModeWarnOrAudit) {  // POL-14
  fallback_ = rule(Action::Verify, Mode::Warn);
  auto decision = admit({"r.example/a:1"});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.warned.size(), 1U);
  fallback_ = rule(Action::Verify, Mode::Audit);
  decision = admit({"r.example/a:1"});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.audited.size(), 1U);
}

TEST_F(AdmitterTest, AnswersAfterTheDeadlineWithoutLooking) {
  const auto decision = admit({"r.example/a:1"}, 0ms);
  EXPECT_EQ(decision.reason, Reason::DeadlineExceeded);
  EXPECT_TRUE(decision.may_retry);
  EXPECT_EQ(registry_->store.requests, 0U);
}

TEST_F(AdmitterTest, RetriesOnlyWhenEveryRefusalMayPass) {
  verifier_->script.emplace("r.example/a", fail(Reason::RegistryUnavailable, ""));
  EXPECT_TRUE(admit({"r.example/a:1"}).may_retry);
  EXPECT_FALSE(admit({"r.example/a:1", "r.example/b:1"}).may_retry);
}

TEST_F(AdmitterTest, DeniesWhenAPortThrows) {  // POL-04
  verifier_->throws = true;
  const auto decision = admit({"r.example/a:1"});
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.reason, Reason::Internal);
}

TEST_F(AdmitterTest, AsksNobodyAboutARepositoryThatThePolicySkips) {
  verifier_->skipped.insert("elsewhere.example/a");
  EXPECT_TRUE(admit({"elsewhere.example/a:1"}).allowed);
  EXPECT_EQ(registry_->store.requests, 0U);
}

TEST_F(AdmitterTest, VerifiesOneImageOutsideOfTheRules) {
  fallback_ = rule(Action::Deny);
  verifier_->script.emplace("r.example/a", trusted());
  const auto configuration = std::make_shared<const Configuration>(
      Configuration{policy::Rules({}, fallback_), verifier_, registry_});
  const Admitter admitter({.clock = clock_,
                           .workers = workers_,
                           .configuration = [&] { return configuration; },
                           .trust = [] { return std::make_shared<trust::Snapshot>(); }});
  const auto report = admitter.verify(*oci::ImageRef::parse("r.example/a:1"), {}, clock_.in(10s));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, policy::Verdict::Trusted);
  EXPECT_EQ(report->digest, registry_->store.tags.at("1"));
  EXPECT_EQ(report->requests, 1U);
  const auto missing =
      admitter.verify(*oci::ImageRef::parse("r.example/a:none"), {}, clock_.in(10s));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::ImageNotFound);
}

}  // namespace
}  // namespace countersign::admission
