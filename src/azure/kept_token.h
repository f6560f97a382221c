// SPDX-License-Identifier: Apache-2.0
// What is known of the token for one audience, and when Azure is to be asked again. Reckons in
// ticks alone: a calendar that jumps neither prolongs a token nor makes anybody ask.
#pragma once
#include <chrono>
#include <optional>

#include "countersign/azure/identity.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::azure {

// When a token of this life is to be renewed: at the first of `refresh_in`, half of its life if
// that is limits::kAzureTokenLong or more, and limits::kAzureTokenRenewal before its end; a tenth
// earlier or later by `chance`, but never later than the last of these. A token too short for all
// that is renewed at half of its life, and advice to renew at once is one to renew in
// limits::kAzureRenewalInterval.
Tick::duration renewal_after(const AccessToken&, double chance);

class KeptToken {  // no lock of its own
 public:
  // Good for limits::kAzureTokenMargin more at least.
  bool good(Tick now) const;
  // Is it time to ask, and no pause?
  bool due(Tick now) const { return now >= renew_at_ && !paused(now); }
  bool paused(Tick now) const { return now < again_at_; }

  const Secret& text() const { return text_; }
  std::chrono::seconds left(Tick now) const;  // zero when it is not good
  const std::optional<Error>& failure() const { return failure_; }

  // A service does not take it: whoever can get another is to do so, and it serves all others.
  void doubt() { renew_at_ = {}; }

  // What came of asking at `asked`. A token that ends within the margin is no use: a failure.
  Result<void> take(const AccessToken&, Tick asked, double chance);
  // The old one, if any, stays. The next pause is twice as long, or lasts until `quiet_until`.
  void fail(Error error, Tick now, Tick quiet_until);

 private:
  Secret text_;
  Tick ends_{};
  Tick renew_at_{};
  std::optional<Error> failure_;
  Tick again_at_{};
  std::chrono::seconds pause_{};
};

}  // namespace countersign::azure
