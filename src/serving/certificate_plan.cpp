// SPDX-License-Identifier: Apache-2.0
#include "serving/certificate_plan.h"

#include "countersign/base/limits.h"

namespace countersign::serving {
namespace {

bool good(const std::optional<Span>& span, Time now) { return span && now < span->until; }

bool due(const Span& span, Time now, double chance) { return renewal_of(span, chance) <= now; }

// What is noted for a time to come was noted by a clock that is wrong.
bool is_noted(const PlanState& state, Time now) {
  return state.published && *state.published <= now + limits::kBundleSettling;
}

bool has_settled(const PlanState& state, Time now) {
  return is_noted(state, now) && *state.published + limits::kBundleSettling <= now;
}

Step without_authority(const PlanState& state, Time now) {
  return good(state.next, now) ? Step::TakeNext : Step::MakeAll;
}

}  // namespace

Step next_step(const PlanState& state, BundleFit fit, Time now, double chance) {
  if (!good(state.authority, now)) {
    return without_authority(state, now);
  }
  if (!good(state.leaf, now) || state.names == NamesCovered::No) {
    return Step::RenewLeaf;
  }
  const bool everywhere = fit == BundleFit::Fits;
  if (state.next && everywhere && !is_noted(state, now)) {
    return Step::NotePublished;
  }
  if (state.next && everywhere && has_settled(state, now)) {
    return Step::TakeNext;
  }
  if (!state.next && due(*state.authority, now, chance)) {
    return Step::MakeNext;
  }
  if (due(*state.leaf, now, chance) && !(state.next && is_noted(state, now))) {
    return Step::RenewLeaf;
  }
  return state.old_until && *state.old_until < now ? Step::DropOld : Step::Wait;
}

Time renewal_of(const Span& span, double chance) {
  const auto life = span.until - span.from;
  const auto most = static_cast<double>((life / limits::kRenewalJitterShare).count());
  return span.from + life * 2 / 3 + std::chrono::seconds(static_cast<std::int64_t>(most * chance));
}

}  // namespace countersign::serving
