// SPDX-License-Identifier: Apache-2.0
// Decisions without waiting: an image is proven by what is known, or nothing is said of it.
#include "admission/trial.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "judged_review.h"
#include "scripted_namespaces.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using policy::Action;

// A repository that knows at once what it was asked before, as one that remembers does.
class Knowing final : public registry::Repository {
 public:
  Knowing(test::MemoryStore& store, std::set<std::string>& known)
      : repository_(store), known_(known) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& image, Deadline deadline) override {
    TRY_VOID(know("resolve " + image.text(), deadline));
    return repository_.resolve(image, deadline);
  }
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view type, Age age,
                                                 Deadline deadline) override {
    TRY_VOID(know("referrers " + subject.digest.text(), deadline));
    return repository_.referrers(subject, type, age, deadline);
  }
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                       std::size_t most, Deadline deadline) override {
    for (const auto& each : wanted) {
      if (const auto known = know("fetch " + each.digest.text(), deadline); !known) {
        return {wanted.size(), std::unexpected(known.error())};
      }
    }
    return repository_.fetch(wanted, content, most, deadline);
  }

 private:
  Result<void> know(std::string what, Deadline deadline) {
    if (deadline.waits()) {
      known_.insert(std::move(what));
      return {};
    }
    return known_.contains(what) ? Result<void>() : fail(Reason::DeadlineExceeded, what);
  }

  test::MemoryRepository repository_;
  std::set<std::string>& known_;
};

class KnowingRepositories final : public Repositories {
 public:
  explicit KnowingRepositories(test::MemoryStore& store) : store_(store) {}
  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override {
    return std::make_unique<Knowing>(store_, known);
  }
  std::set<std::string> known;

 private:
  test::MemoryStore& store_;
};

class AtOnceTest : public JudgedReviewTest {
 protected:
  AtOnceTest() {
    knowing_ = std::make_shared<KnowingRepositories>(store_);
    repositories_ = knowing_;
    sign(acme());
    trust(acme());
  }

  kube::Review review(std::size_t images = 1) const {
    kube::Review review;
    review.uid = "uid";
    review.name_space = "shop";
    for (std::size_t number = 0; number < images; ++number) {
      review.images.push_back(
          {"spec.containers[" + std::to_string(number) + "].image", "c", reference(image_)});
    }
    return review;
  }
  std::optional<policy::Decision> at_once(const kube::Review& review) {
    const auto judge = admitter();
    return judge.admit_at_once(judge.view(), review);
  }
  policy::Decision in_time(const kube::Review& review) { return decide(review, clock_.in(10s)); }
  policy::Rule allow_team() {
    auto allow = rule(Action::Allow);
    allow.name = "team";
    allow.selector = {
        {*policy::Requirement::make("team", policy::Requirement::Operator::Exists, {})}};
    return allow;
  }

  std::shared_ptr<KnowingRepositories> knowing_;
};

TEST_F(AtOnceTest, SaysNothingOfAnImageThatWasNotSeen) {
  EXPECT_FALSE(at_once(review()));
  EXPECT_EQ(opened_->counters().openings, 0U);
}

TEST_F(AtOnceTest, AllowsAsWithTimeWhatIsKnown) {
  const auto slow = in_time(review());
  const auto quick = at_once(review());
  ASSERT_TRUE(slow.allowed);
  ASSERT_TRUE(quick && quick->allowed);
  ASSERT_EQ(quick->accepted.size(), 1U);
  EXPECT_EQ(quick->accepted[0].digest, slow.accepted[0].digest);
  EXPECT_EQ(quick->accepted[0].signature, slow.accepted[0].signature);
  EXPECT_EQ(quick->accepted[0].signer, slow.accepted[0].signer);
  EXPECT_EQ(quick->requests, 0U);
}

// Whichever single thing is not known: nothing is said, and then the time is taken.
TEST_F(AtOnceTest, SaysNothingWhenOneThingIsNotKnown) {
  ASSERT_TRUE(in_time(review()).allowed);
  const auto all = knowing_->known;
  ASSERT_EQ(all.size(), 4U) << "image, signatures, manifest, envelope";
  for (const auto& missing : all) {
    knowing_->known = all;
    knowing_->known.erase(missing);
    EXPECT_FALSE(at_once(review())) << missing;
  }
  knowing_->known = all;
  EXPECT_TRUE(at_once(review()));
  opened_ = std::make_shared<EnvelopeCache>();
  EXPECT_FALSE(at_once(review())) << "the envelope was never opened";
}

TEST_F(AtOnceTest, NeverRefuses) {
  ASSERT_TRUE(in_time(review()).allowed);
  trust(stranger());
  EXPECT_FALSE(at_once(review()));
  EXPECT_FALSE(in_time(review()).allowed);
  trust(acme());
  for (const auto mode : {policy::Mode::Warn, policy::Mode::Audit}) {
    auto lenient = rule(Action::Verify);
    lenient.mode = mode;
    rules_ = {lenient};
    EXPECT_TRUE(at_once(review()));
    trust(stranger());
    EXPECT_FALSE(at_once(review())) << "what it would warn of was not looked at";
    trust(acme());
  }
  rules_ = {rule(Action::Deny)};
  EXPECT_FALSE(at_once(review()));
  auto unreadable = review();
  unreadable.images[0].image = "UPPER/a";
  rules_.clear();
  EXPECT_FALSE(at_once(unreadable));
}

TEST_F(AtOnceTest, JudgesTrustAndRevocationAnew) {
  const auto signer = with_ocsp();
  store_.referrers.clear();
  sign(signer);
  trust(signer);
  revocation_.answer = revocation_status(x509::RevocationStatus::Kind::Good, clock_.now() + 24h);
  ASSERT_TRUE(in_time(review()).allowed);
  EXPECT_TRUE(at_once(review()));
  for (const auto& answer :
       {Result<x509::RevocationStatus>(revocation_status(x509::RevocationStatus::Kind::Revoked)),
        Result<x509::RevocationStatus>(fail(Reason::DeadlineExceeded, "not known"))}) {
    revocation_.answer = answer;
    EXPECT_FALSE(at_once(review()));
  }
}

TEST_F(AtOnceTest, AllowsByARuleWhenItsLabelsAreKnown) {
  const auto namespaces = std::make_shared<ScriptedNamespaces>();
  namespaces_ = namespaces;
  rules_ = {allow_team()};
  ASSERT_TRUE(in_time(review()).enforced.size() == 1U) << "labels that nobody knows";
  EXPECT_FALSE(at_once(review()));
  namespaces->known["shop"] = {{"team", ""}};
  const auto allowed = at_once(review());
  ASSERT_TRUE(allowed && allowed->allowed);
  EXPECT_EQ(text(*allowed->exemption), "team");
}

TEST_F(AtOnceTest, LeavesMuchWorkToOthers) {
  ASSERT_TRUE(in_time(review(limits::kAtOnceImages)).allowed);
  EXPECT_TRUE(at_once(review(limits::kAtOnceImages)));
  EXPECT_FALSE(at_once(review(limits::kAtOnceImages + 1)));
}

TEST_F(AtOnceTest, JudgesOneImageForTheProvider) {
  const auto judge = admitter();
  const auto ask = [&](const std::string& image) {
    return judge.judge_at_once(judge.view(), "shop", image);
  };
  EXPECT_FALSE(ask(reference(image_)));
  ASSERT_TRUE(in_time(review()).allowed);
  const auto result = ask(reference(image_));
  ASSERT_TRUE(result && result->report);
  EXPECT_EQ(result->report->verdict, policy::Verdict::Trusted);
  EXPECT_FALSE(ask("UPPER/a"));
  EXPECT_FALSE(ask(""));
}

}  // namespace
}  // namespace countersign::admission
