// SPDX-License-Identifier: Apache-2.0
#include "serving/step_maker.h"

#include <gtest/gtest.h>

#include "unit/serving/samples.h"

namespace countersign::serving {
namespace {

using samples::kNames;
using samples::kNow;
using std::chrono::days;

Holdings after(Step step, Holdings held, Time now, const std::vector<std::string>& names = kNames) {
  return make(step, std::move(held), {names, {}}, now).value();
}

TEST(StepMaker, MakesAllAnew) {
  auto before = samples::first(kNow);
  before.next = samples::authority(kNow);
  before.published = kNow;
  before.old = "x";
  before.old_until = kNow;
  const auto held = after(Step::MakeAll, before, kNow + days(1));
  EXPECT_NE(held.authority->certificate, before.authority->certificate);
  EXPECT_TRUE(held.leaf->certificate.issued_by(held.authority->certificate));
  EXPECT_EQ(held.authority->certificate.not_after(), kNow + days(1) + limits::kAuthorityLife);
  EXPECT_EQ(held.leaf->certificate.not_after(), kNow + days(1) + limits::kLeafLife);
  EXPECT_FALSE(held.next || held.published || held.old_until || !held.old.empty());
  EXPECT_EQ(held.names, kNames);
}

TEST(StepMaker, RenewsTheLeafAlone) {
  const auto before = samples::first(kNow);
  const auto held = after(Step::RenewLeaf, before, kNow + days(60));
  EXPECT_EQ(held.authority->certificate, before.authority->certificate);
  EXPECT_NE(held.leaf->certificate, before.leaf->certificate);
  EXPECT_NE(held.leaf->pem.key.reveal(), before.leaf->pem.key.reveal());
  EXPECT_TRUE(held.leaf->certificate.issued_by(held.authority->certificate));
}

TEST(StepMaker, KeepsNamesWhileTheLeafIsYoung) {
  const auto before = samples::first(kNow);
  const std::vector<std::string> other{"new.cs.svc"};
  EXPECT_EQ(after(Step::RenewLeaf, before, kNow + days(1), other).names,
            (std::vector<std::string>{"new.cs.svc", kNames[0], kNames[1]}));
  EXPECT_EQ(after(Step::RenewLeaf, before, kNow + days(60), other).names, other);
  EXPECT_EQ(after(Step::RenewLeaf, before, kNow + days(90), other).names, other);
}

TEST(StepMaker, GoesFromOneAuthorityToTheNext) {
  const auto before = samples::first(kNow);
  auto held = after(Step::MakeNext, before, kNow + days(1));
  EXPECT_EQ(held.leaf->certificate, before.leaf->certificate);
  EXPECT_NE(held.next->certificate, before.authority->certificate);
  EXPECT_FALSE(held.published);
  held = after(Step::NotePublished, held, kNow + days(2));
  EXPECT_EQ(held.published, kNow + days(2));
  const auto next = held.next->certificate;
  held = after(Step::TakeNext, held, kNow + days(3));
  EXPECT_EQ(held.authority->certificate, next);
  EXPECT_TRUE(held.leaf->certificate.issued_by(next));
  EXPECT_FALSE(held.next || held.published);
  EXPECT_EQ(held.old, before.authority->pem.certificate);
  EXPECT_EQ(held.old_until, before.leaf->certificate.not_after());
  held = after(Step::DropOld, held, kNow + days(91));
  EXPECT_TRUE(held.old.empty());
  EXPECT_FALSE(held.old_until);
}

TEST(StepMaker, KeepsAllOldAuthoritiesWhoseLeavesCount) {
  auto held = samples::first(kNow);
  const auto first = held.authority->pem.certificate;
  const auto first_until = held.leaf->certificate.not_after();
  held = after(Step::TakeNext, after(Step::MakeNext, held, kNow), kNow + days(1));
  const auto second = held.authority->pem.certificate;
  const auto second_until = held.leaf->certificate.not_after();
  held = after(Step::TakeNext, after(Step::MakeNext, held, kNow), kNow + days(2));
  EXPECT_EQ(held.old, second + first);
  EXPECT_EQ(held.old_until, std::max(first_until, second_until));
}

TEST(StepMaker, AnAuthorityThatEndedIsNoOldOne) {
  auto held = after(Step::MakeNext, samples::first(kNow), kNow + days(300));
  held = after(Step::TakeNext, held, kNow + days(366));
  EXPECT_TRUE(held.old.empty());
  EXPECT_FALSE(held.old_until);
  EXPECT_TRUE(held.leaf->certificate.issued_by(held.authority->certificate));
}

TEST(StepMaker, HasNothingToMakeOfWaiting) {
  EXPECT_EQ(make(Step::Wait, {}, {kNames, {}}, kNow).error().reason, Reason::Internal);
}

}  // namespace
}  // namespace countersign::serving
