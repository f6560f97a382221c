// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/admitter.h"

#include <mutex>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "scripted_namespaces.h"
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
  void announce(const oci::ImageRef&, registry::Repository&, Deadline) const override {
    const std::scoped_lock lock(mutex);
    ++announced;
  }
  Result<Report> verify(const Subject& subject, registry::Repository&, const trust::Snapshot&, Time,
                        Deadline) const override {
    const std::scoped_lock lock(mutex);
    ++judged[subject.repository];
    signers = subject.signers;
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
  mutable int announced = 0;
  mutable std::size_t signers = 0;
};

class OneRegistry final : public Repositories {  // "r.example", and an image that is always there
 public:
  OneRegistry() { store.tags.emplace("1", store.push(oci::media_type::kOciManifest, "{}").digest); }
  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef& image,
                                                     const kube::Puller& puller) override {
    {
      const std::scoped_lock lock(mutex);
      pullers.push_back(puller);
    }
    if (image.registry() != "r.example") {
      return fail(Reason::RegistryNotAllowed, "");
    }
    return std::make_unique<test::MemoryRepository>(store);
  }
  test::MemoryStore store;
  std::mutex mutex;
  std::vector<kube::Puller> pullers;
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
    const auto admitter = this->admitter();
    return admitter.admit(admitter.view(), review_of(images), clock_.in(budget));
  }
  std::optional<policy::Decision> admit_at_once(const std::vector<std::string>& images) {
    const auto admitter = this->admitter();
    return admitter.admit_at_once(admitter.view(), review_of(images));
  }
  static kube::Review review_of(const std::vector<std::string>& images) {
    kube::Review review;
    review.uid = "uid";
    review.name_space = "shop";
    for (const auto& image : images) {
      const auto index = std::to_string(review.images.size());
      review.images.push_back({"spec.containers[" + index + "].image", "c" + index, image});
    }
    return review;
  }
  Admitter admitter() {
    const auto configuration = std::make_shared<const Configuration>(Configuration{
        rules(), {{"default", verifier_}, {"build", build_}}, registry_, {}, namespaces_});
    return Admitter({.clock = clock_, .workers = workers_, .view = [configuration] {
                       return View{configuration, std::make_shared<trust::Snapshot>()};
                     }});
  }

  policy::ImageResult judge(const std::string& name_space, const std::string& image,
                            std::chrono::milliseconds budget = 10s) {
    const auto configuration = std::make_shared<const Configuration>(
        Configuration{rules(), {{"default", verifier_}}, registry_, {}, namespaces_});
    const Admitter admitter({.clock = clock_, .workers = workers_, .view = [&] {
                               return View{configuration, std::make_shared<trust::Snapshot>()};
                             }});
    return admitter.judge(admitter.view(), name_space, image, clock_.in(budget));
  }
  policy::Rules rules() const { return {rules_, fallback_, break_glass_}; }

  test::FixedClock clock_;
  WorkerPool workers_{2, 4};
  std::vector<policy::Rule> rules_;
  std::optional<policy::Requirement> break_glass_;
  std::shared_ptr<ScriptedNamespaces> namespaces_;  // null: nobody knows labels
  policy::Rule fallback_ = rule(Action::Verify);
  std::shared_ptr<ScriptedVerifier> verifier_ = std::make_shared<ScriptedVerifier>();
  std::shared_ptr<ScriptedVerifier> build_ = std::make_shared<ScriptedVerifier>();
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

TEST_F(AdmitterTest, JudgesOneImageAsAPodOfItsNamespaceWouldBe) {
  auto system = rule(Action::Allow);
  system.namespaces.push_back(*policy::NamespacePattern::parse("kube-*"));
  rules_ = {system};
  struct Row {
    const char* name_space;
    Action action;
  };
  for (const auto& row :
       {Row{"kube-system", Action::Allow}, Row{"shop", Action::Verify}, Row{"", Action::Verify}}) {
    const auto result = judge(row.name_space, "r.example/a:1");
    EXPECT_EQ(result.action, row.action) << row.name_space;
    EXPECT_EQ(result.image, "r.example/a:1");
  }
  EXPECT_EQ(judge("shop", "UPPER/a").report.error().reason, Reason::BadReference);
  EXPECT_EQ(judge("shop", "r.example/a:1", 0ms).report.error().reason, Reason::DeadlineExceeded);
}

TEST_F(AdmitterTest, PullsASingleImageAsTheDefaultAccountOfItsNamespace) {
  judge("shop", "r.example/a:1");
  judge("", "r.example/a:1");
  ASSERT_EQ(registry_->pullers.size(), 2U);
  EXPECT_EQ(registry_->pullers[0].name_space, "shop");
  EXPECT_EQ(registry_->pullers[0].service_account, "default");
  EXPECT_EQ(registry_->pullers[1].name_space, "");
}

TEST_F(AdmitterTest, RefusesASingleImageWhenAPortThrows) {
  verifier_->throws = true;
  const auto result = judge("", "r.example/a:1");
  EXPECT_EQ(result.report.error().reason, Reason::Internal);
  EXPECT_FALSE(policy::decide({&result, 1}).allowed);
}

TEST_F(AdmitterTest, VerifiesOneImageOutsideOfTheRules) {
  fallback_ = rule(Action::Deny);
  verifier_->script.emplace("r.example/a", trusted());
  const auto configuration = std::make_shared<const Configuration>(
      Configuration{policy::Rules({}, fallback_), {{"default", verifier_}}, registry_});
  const Admitter admitter({.clock = clock_, .workers = workers_, .view = [&] {
                             return View{configuration, std::make_shared<trust::Snapshot>()};
                           }});
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

TEST_F(AdmitterTest, AsksEveryVerificationThatARuleNamesOverOneLook) {
  auto both = rule(Action::Verify);
  both.demand.verifications = {0, 1};
  both.demand.signers = 3;
  rules_ = {both};
  verifier_->script.emplace("r.example/a", trusted());
  EXPECT_EQ(admit({"r.example/a:1"}).reason, Reason::SignatureNotFound);
  build_->script.emplace("r.example/a", trusted());
  registry_->store.requests = 0;
  verifier_->announced = build_->announced = 0;
  EXPECT_TRUE(admit({"r.example/a:1"}).allowed);
  EXPECT_EQ(registry_->store.requests, 1U) << "resolved once";
  EXPECT_EQ(verifier_->announced + build_->announced, 1);
  EXPECT_EQ(verifier_->signers, 3U);
  EXPECT_EQ(build_->signers, 3U);

  rules_[0].demand.join = policy::Join::Any;
  build_->script.clear();
  build_->judged.clear();
  EXPECT_TRUE(admit({"r.example/a:1"}).allowed);
  EXPECT_TRUE(build_->judged.empty()) << "one suffices";
}

TEST_F(AdmitterTest, TrustsNothingUnderAVerificationThatIsNotThere) {
  verifier_->script.emplace("r.example/a", trusted());
  for (const auto& places :
       {std::vector<std::size_t>{}, std::vector<std::size_t>{2}, std::vector<std::size_t>{0, 2}}) {
    rules_ = {rule(Action::Verify)};
    rules_[0].demand.verifications = places;
    EXPECT_EQ(admit({"r.example/a:1"}).reason, Reason::Internal) << places.size();
  }
}

policy::Rule selecting(policy::Rule rule, std::string_view label) {
  rule.selector.requirements.push_back(
      *policy::Requirement::make(label, policy::Requirement::Operator::Exists, {}));
  return rule;
}

TEST_F(AdmitterTest, ReadsLabelsOnceAndOnlyWhenARuleNeedsThem) {
  namespaces_ = std::make_shared<ScriptedNamespaces>();
  namespaces_->known["shop"] = {{"team", "a"}};
  auto above = rule(Action::Allow);
  above.images.push_back(*policy::ImagePattern::parse("r.example/free/*"));
  rules_ = {above, selecting(rule(Action::Allow), "team")};
  EXPECT_TRUE(admit({"r.example/free/a:1", "r.example/free/b:1"}).allowed);
  EXPECT_EQ(namespaces_->asked, 0U);
  EXPECT_TRUE(admit({"r.example/a:1", "r.example/b:1", "UPPER/a"}).allowed);
  EXPECT_EQ(namespaces_->asked, 1U);
  namespaces_->known["shop"] = {{"other", ""}};
  EXPECT_EQ(admit({"r.example/a:1"}).reason, Reason::SignatureNotFound);
}

TEST_F(AdmitterTest, DeniesWhatNeedsLabelsThatCantBeRead) {  // POL-04
  auto above = rule(Action::Allow);
  above.images.push_back(*policy::ImagePattern::parse("r.example/free/*"));
  auto narrow = selecting(rule(Action::Verify, Mode::Audit), "team");
  narrow.name = "narrow";
  rules_ = {above, narrow, rule(Action::Allow)};
  for (const bool source : {false, true}) {
    namespaces_ = source ? std::make_shared<ScriptedNamespaces>() : nullptr;
    const auto decision = admit({"r.example/free/a:1", "r.example/a:1", "UPPER/a"});
    EXPECT_FALSE(decision.allowed);
    EXPECT_TRUE(decision.may_retry);
    ASSERT_EQ(decision.enforced.size(), 2U) << "the rule above needs no labels";
    for (const auto& refusal : decision.enforced) {
      EXPECT_EQ(refusal.reason, Reason::NamespaceUnavailable);
      EXPECT_EQ(refusal.rule, "narrow") << "whatever its mode, and never the next rule";
    }
  }
  EXPECT_TRUE(verifier_->judged.empty());
}

TEST_F(AdmitterTest, LetsEverythingThroughBehindTheGlassOnly) {  // POL-05
  const auto deny = rule(Action::Deny);
  fallback_ = deny;
  namespaces_ = std::make_shared<ScriptedNamespaces>();
  namespaces_->known["shop"] = {{"glass", "true"}};
  EXPECT_FALSE(admit({"r.example/a:1"}).allowed) << "it is not configured";
  EXPECT_EQ(namespaces_->asked, 0U);

  break_glass_ = *policy::Requirement::make("glass", policy::Requirement::Operator::In, {"true"});
  const auto decision = admit({"r.example/a:1", "UPPER/a"});
  EXPECT_TRUE(decision.allowed);
  ASSERT_TRUE(decision.exemption);
  EXPECT_EQ(decision.exemption->by, policy::Exemption::By::BreakGlass);
  EXPECT_EQ(registry_->store.requests, 0U);

  for (const auto& labels : {Labels{}, Labels{{"glass", "false"}}, Labels{{"Glass", "true"}}}) {
    namespaces_->known["shop"] = labels;
    EXPECT_FALSE(admit({"r.example/a:1"}).allowed);
  }
  namespaces_->known.clear();
  EXPECT_EQ(admit({"r.example/a:1"}).reason, Reason::NoPolicy) << "labels can't be read";
  namespaces_->asked = 0;
  fallback_ = rule(Action::Allow);
  EXPECT_TRUE(admit({"r.example/a:1"}).allowed);
  EXPECT_TRUE(admit({}).allowed);
  EXPECT_EQ(namespaces_->asked, 0U) << "nothing to exempt";
}

TEST_F(AdmitterTest, JudgesOutsideOfTheRulesUnderAllWhenNoneIsTheDefault) {
  verifier_->script.emplace("r.example/a", trusted());
  const auto configuration = std::make_shared<const Configuration>(
      Configuration{policy::Rules(), {{"build", verifier_}, {"release", build_}}, registry_});
  const Admitter admitter({.clock = clock_, .workers = workers_, .view = [&] {
                             return View{configuration, std::make_shared<trust::Snapshot>()};
                           }});
  const auto image = *oci::ImageRef::parse("r.example/a:1");
  EXPECT_EQ(admitter.verify(image, {}, clock_.in(10s))->reason, Reason::SignatureNotFound);
  build_->script.emplace("r.example/a", trusted());
  EXPECT_EQ(admitter.verify(image, {}, clock_.in(10s))->verdict, policy::Verdict::Trusted);
}

// Behind the glass a refusal is no reason to look, and who could not look for the glass must.
TEST_F(AdmitterTest, LeavesTheGlassToWhoHasTime) {
  verifier_->script.emplace("r.example/a", trusted());
  EXPECT_TRUE(admit_at_once({"r.example/a:1"}));
  namespaces_ = std::make_shared<ScriptedNamespaces>();
  break_glass_ = *policy::Requirement::make("glass", policy::Requirement::Operator::Exists, {});
  EXPECT_FALSE(admit_at_once({"r.example/a:1"})) << "labels are not known";
  namespaces_->known["shop"] = {{"glass", ""}};
  EXPECT_FALSE(admit_at_once({"r.example/a:1"}));
  namespaces_->known["shop"] = {};
  EXPECT_TRUE(admit_at_once({"r.example/a:1"}));
}

TEST_F(AdmitterTest, SaysNothingAtOnceWhenAPortThrows) {
  verifier_->throws = true;
  EXPECT_FALSE(admit_at_once({"r.example/a:1"}));
}

}  // namespace
}  // namespace countersign::admission
