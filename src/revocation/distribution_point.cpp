// SPDX-License-Identifier: Apache-2.0
#include "revocation/distribution_point.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::revocation {
namespace {

using Kind = x509::RevocationStatus::Kind;

Result<void> check_usable(const x509::Crl& base, const x509::Crl& delta, Time now) {
  TRY_VOID(x509::check_time(delta, now));
  return x509::check_delta(base, delta);
}

}  // namespace

DistributionPoint::DistributionPoint(const std::string& url, Query query, Time now)
    : query_(std::move(query)), now_(now) {
  auto source = Source::list(url, query_.issuer);
  if (source) {
    host_ = source->host();
    wanted_ = std::move(*source);
  } else {
    outcome_ = std::unexpected(std::move(source).error());
  }
}

void DistributionPoint::take(const Result<Finding>& finding) {
  wanted_.reset();
  if (finding) {
    const auto& list = std::get<x509::Crl>(*finding);
    return base_ ? take_delta(list) : take_base(list);
  }
  if (!base_) {
    outcome_ = std::unexpected(finding.error());
  } else if (finding.error().reason == Reason::DeadlineExceeded) {
    conclude_revoked_or(finding.error(), *base_);
  } else {
    next_delta(finding.error());
  }
}

void DistributionPoint::take_base(const x509::Crl& base) {
  const auto timely = x509::check_time(base, now_);
  if (!timely && now_ > base.next_update()) {
    return conclude_revoked_or(timely.error(), base);
  }
  if (!timely) {
    outcome_ = fail(Reason::RevocationUnknown, host_ + ": " + timely.error().detail);
    return;
  }
  if (base.delta_urls().empty()) {
    return conclude(base, nullptr);
  }
  base_ = base;
  next_delta({Reason::RevocationUnknown, "no delta"});
}

void DistributionPoint::take_delta(const x509::Crl& delta) {
  const auto usable = check_usable(*base_, delta, now_);
  return usable ? conclude(*base_, &delta) : next_delta(usable.error());
}

void DistributionPoint::next_delta(const Error& trouble) {
  const auto& urls = base_->delta_urls();
  Error last = trouble;
  while (deltas_tried_ < urls.size() && deltas_tried_ < limits::kRevocationUrls) {
    auto source = Source::list(urls[deltas_tried_++], query_.issuer);
    if (source) {
      wanted_ = std::move(*source);
      return;
    }
    last = std::move(source).error();
  }
  conclude_revoked_or(last, *base_);
}

void DistributionPoint::conclude(const x509::Crl& base, const x509::Crl* delta) {
  outcome_ = x509::status_in(base, delta, query_.certificate);
  if (!outcome_) {
    outcome_.error().detail = host_ + ": " + outcome_.error().detail;
  } else if (outcome_->kind == Kind::Unknown) {
    outcome_ = fail(Reason::RevocationUnknown, host_ + ": " + outcome_->detail);
  } else {
    outcome_->detail = host_ + ": " + outcome_->detail;
  }
}

void DistributionPoint::conclude_revoked_or(const Error& trouble, const x509::Crl& base) {
  conclude(base, nullptr);
  if (outcome_ && outcome_->kind == Kind::Revoked) {
    outcome_->since.reset();
  } else {
    outcome_ = fail(trouble.reason, host_ + ": " + trouble.detail);
  }
}

}  // namespace countersign::revocation
