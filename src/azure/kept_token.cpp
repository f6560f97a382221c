// SPDX-License-Identifier: Apache-2.0
#include "azure/kept_token.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;
using Span = std::chrono::duration<double>;

constexpr double kSpread = limits::kAzureRenewalSpread;

}  // namespace

Tick::duration renewal_after(const AccessToken& token, double chance) {
  const bool ample = token.life > 2 * limits::kAzureTokenRenewal;
  const Span latest = ample ? Span(token.life - limits::kAzureTokenRenewal) : Span(token.life) / 2;
  Span after = latest / (1 + kSpread);
  if (token.life >= limits::kAzureTokenLong) {
    after = std::min(after, Span(token.life) / 2);
  }
  if (token.refresh_in) {
    after = std::min(after, Span(std::max(*token.refresh_in, limits::kAzureRenewalInterval)));
  }
  return duration_cast<Tick::duration>(after * (1 + kSpread * (2 * chance - 1)));
}

bool KeptToken::good(Tick now) const {
  return !text_.empty() && now + limits::kAzureTokenMargin <= ends_;
}

seconds KeptToken::left(Tick now) const {
  return good(now) ? duration_cast<seconds>(ends_ - now) : seconds::zero();
}

Result<void> KeptToken::take(const AccessToken& token, Tick asked, double chance) {
  if (token.life <= limits::kAzureTokenMargin) {
    return countersign::fail(Reason::AzureIdentityUnavailable,
                             "Azure gives a token that ends within seconds");
  }
  text_ = token.text;
  ends_ = asked + token.life;
  renew_at_ = asked + renewal_after(token, chance);
  failure_.reset();
  again_at_ = {};
  pause_ = {};
  return {};
}

void KeptToken::fail(Error error, Tick now, Tick quiet_until) {
  failure_ = std::move(error);
  pause_ = pause_ == seconds::zero() ? limits::kAzureRetryPause
                                     : std::min(2 * pause_, limits::kAzureRetryPauseMost);
  again_at_ = std::max(now + pause_, quiet_until);
}

}  // namespace countersign::azure
