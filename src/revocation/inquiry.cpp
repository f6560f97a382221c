// SPDX-License-Identifier: Apache-2.0
#include "revocation/inquiry.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::revocation {

using Kind = x509::RevocationStatus::Kind;

Inquiry::Inquiry(Query query, Time now) : query_(std::move(query)), now_(now) { next_responder(); }

std::vector<Source> Inquiry::wanted() const {
  if (outcome_) {
    return {};
  }
  if (responder_) {
    return {*responder_};
  }
  return lists_ ? lists_->wanted() : std::vector<Source>{};
}

void Inquiry::take(std::span<const Result<Finding>> findings) {
  if (responder_) {
    take_answer(findings.front());
  } else if (lists_) {
    lists_->take(findings);
    take_lists();
  }
}

void Inquiry::next_responder() {
  const auto& urls = query_.certificate.ocsp_urls();
  responder_.reset();
  while (responders_tried_ < urls.size() && responders_tried_ < limits::kRevocationUrls) {
    auto source = Source::responder(urls[responders_tried_++], query_);
    if (source) {
      responder_ = std::move(*source);
      return;
    }
    trouble_ = std::move(source).error().detail;
  }
  turn_to_lists();
}

void Inquiry::take_answer(const Result<Finding>& finding) {
  if (finding) {
    weigh(std::get<x509::OcspAnswer>(*finding));
  } else if (finding.error().reason == Reason::DeadlineExceeded) {
    outcome_ = std::unexpected(finding.error());
  } else {
    trouble_ = finding.error().detail;
    next_responder();
  }
}

void Inquiry::weigh(x509::OcspAnswer answer) {
  auto& status = answer.status;
  status.detail = responder_->host() + ": " + status.detail;
  switch (status.kind) {
    case Kind::Good:
      return check_delegate(answer);
    case Kind::Revoked:
      outcome_ = std::move(status);
      return;
    case Kind::Unknown:
      trouble_ = status.detail;
      unknown_ = std::move(status);
      return turn_to_lists();
  }
}

// RFC 6960, 4.2.2.2.1: without ocsp-nocheck the authority says by other means whether a responder
// was revoked, or chooses to say nothing. He is not asked about himself.
void Inquiry::check_delegate(const x509::OcspAnswer& answer) {
  if (!answer.delegate || answer.delegate->crl_urls().empty()) {
    outcome_ = answer.status;
    return;
  }
  said_ = answer.status;
  responder_.reset();
  lists_.emplace(Query{*answer.delegate, query_.issuer}, now_);
  take_lists();
}

void Inquiry::take_delegate(const Result<x509::RevocationStatus>& delegate) {
  auto said = *std::exchange(said_, std::nullopt);
  if (delegate && delegate->kind == Kind::Good) {
    said.fresh_until = std::min(said.fresh_until, delegate->fresh_until);
    outcome_ = std::move(said);
  } else if (!delegate && delegate.error().reason == Reason::DeadlineExceeded) {
    outcome_ = delegate;
  } else {
    trouble_ = "the responder's own certificate: " +
               (delegate ? delegate->detail : delegate.error().detail);
    next_responder();
  }
}

void Inquiry::turn_to_lists() {
  responder_.reset();
  if (!query_.certificate.crl_urls().empty()) {
    lists_.emplace(query_, now_);
    return take_lists();
  }
  if (unknown_) {
    outcome_ = *unknown_;
  } else {
    outcome_ = fail(Reason::RevocationUnknown,
                    trouble_.empty() ? "the certificate names no source" : trouble_);
  }
}

void Inquiry::take_lists() {
  if (!lists_->wanted().empty()) {
    return;
  }
  auto outcome = lists_->outcome();
  lists_.reset();
  if (said_) {
    return take_delegate(outcome);
  }
  if (!outcome && !trouble_.empty()) {
    outcome.error().detail = trouble_ + "; " + outcome.error().detail;
  }
  outcome_ = std::move(outcome);
}

}  // namespace countersign::revocation
