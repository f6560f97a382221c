// SPDX-License-Identifier: Apache-2.0
#include "serving/certificate_plan.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::serving {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using enum Step;

constexpr Time kStart{days(20'000)};
constexpr Span kAuthority{kStart, kStart + days(360)};  // to be renewed on day 240
constexpr Span kLeaf{kStart, kStart + days(90)};        // on day 60
constexpr Span kNext{kStart + days(240), kStart + days(600)};
constexpr auto kFits = BundleFit::Fits;
constexpr auto kMisfits = BundleFit::Misfits;
constexpr auto kUnknown = BundleFit::Unknown;

PlanState served(Span leaf = kLeaf) {
  return {.authority = kAuthority, .leaf = leaf, .names = NamesCovered::Yes};
}

// A leaf that is young, so that the authority alone is looked at.
Span young(days day) { return {kStart + day, kStart + day + days(90)}; }

PlanState rotating(days day, std::optional<Time> published = std::nullopt) {
  auto state = served(young(day));
  state.next = kNext;
  state.published = published;
  return state;
}

PlanState with_old(Time until) {
  auto state = served();
  state.old_until = until;
  return state;
}

PlanState unnamed() {
  auto state = served();
  state.names = NamesCovered::No;
  return state;
}

TEST(CertificatePlan, TakesOneStepAfterTheOther) {
  const auto day = [](int count) { return kStart + days(count); };
  const auto settled = limits::kBundleSettling;
  const struct {
    const char* name;
    PlanState state;
    BundleFit fit;
    Time now;
    Step expected;
  } rows[] = {
      {"nothing is there", {}, kUnknown, day(0), MakeAll},
      {"all is well", served(), kFits, day(30), Wait},
      {"bundles can't be read", served(), kUnknown, day(30), Wait},
      {"no leaf", {.authority = kAuthority}, kFits, day(30), RenewLeaf},
      {"a name is new", unnamed(), kFits, day(30), RenewLeaf},
      {"a day before the leaf is due", served(), kFits, day(59), Wait},
      {"the leaf is due", served(), kFits, day(60), RenewLeaf},
      {"the leaf is due, and bundles misfit", served(), kMisfits, day(60), RenewLeaf},
      {"the leaf has ended", served(), kFits, day(90), RenewLeaf},
      {"a day before the authority is due", served(young(days(239))), kFits, day(239), Wait},
      {"the authority is due", served(young(days(239))), kFits, day(240), MakeNext},
      {"the next one is not everywhere", rotating(days(239)), kMisfits, day(240), Wait},
      {"whether it is can't be known", rotating(days(239)), kUnknown, day(240), Wait},
      {"the next one is everywhere", rotating(days(239)), kFits, day(240), NotePublished},
      {"that was noted", rotating(days(239), day(240)), kFits, day(240), Wait},
      {"a second too early", rotating(days(239), day(240)), kFits, day(240) + settled - seconds(1),
       Wait},
      {"it has settled", rotating(days(239), day(240)), kFits, day(240) + settled, TakeNext},
      {"but somebody took it out", rotating(days(239), day(240)), kMisfits, day(240) + settled,
       Wait},
      {"but bundles can't be read", rotating(days(239), day(240)), kUnknown, day(241), Wait},
      {"noted by a clock that was wrong", rotating(days(239), day(500)), kFits, day(241),
       NotePublished},
      {"the next one is stuck, and the leaf is due", rotating(days(239)), kMisfits, day(300),
       RenewLeaf},
      {"the next one will issue the leaf", rotating(days(180), day(240)), kFits, day(240), Wait},
      {"the authority has ended", served(young(days(350))), kFits, day(360), MakeAll},
      {"it has ended, and the next one is stuck", rotating(days(350)), kUnknown, day(360),
       TakeNext},
      {"both have ended", rotating(days(350)), kUnknown, day(600), MakeAll},
      {"leaves of the old one are valid", with_old(day(31)), kFits, day(31), Wait},
      {"no leaf of the old one is valid", with_old(day(31)), kFits, day(31) + seconds(1), DropOld},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(next_step(row.state, row.fit, row.now, 0), row.expected) << row.name;
  }
}

TEST(CertificatePlan, ChanceMovesTheRenewalALittle) {
  EXPECT_EQ(renewal_of(kLeaf, 0), kStart + days(60));
  EXPECT_EQ(renewal_of(kLeaf, 0.5), kStart + days(60) + hours(36));
  EXPECT_EQ(renewal_of(kLeaf, 1), kStart + days(63));
}

}  // namespace
}  // namespace countersign::serving
