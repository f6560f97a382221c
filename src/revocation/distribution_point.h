// SPDX-License-Identifier: Apache-2.0
// One list that a certificate names, with the delta that it announces: what to read next, and what
// it comes to. No network, no clock.
//
// A base that announces deltas is half of the truth: without one that works, the base only counts
// where it revokes. So does a base whose nextUpdate has passed (Notary Project signature
// specification, "Certificate Revocation Evaluation": an expired list still proves a revocation).
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "countersign/x509/crl.h"

#include "revocation/source.h"

namespace countersign::revocation {

class DistributionPoint {
 public:
  DistributionPoint(const std::string& url, Query query, Time now);

  const std::optional<Source>& wanted() const { return wanted_; }
  void take(const Result<Finding>&);  // of what was wanted

  // Once nothing is wanted. `since` only where the whole list could be read.
  const Result<x509::RevocationStatus>& outcome() const { return outcome_; }

 private:
  void take_base(const x509::Crl&);
  void take_delta(const x509::Crl&);
  void next_delta(const Error& trouble);
  void conclude(const x509::Crl& base, const x509::Crl* delta);
  void conclude_revoked_or(const Error& trouble, const x509::Crl& base);

  Query query_;
  Time now_;
  std::string host_;
  std::optional<Source> wanted_;
  std::optional<x509::Crl> base_;  // while its delta is looked for
  std::size_t deltas_tried_ = 0;
  Result<x509::RevocationStatus> outcome_;
};

}  // namespace countersign::revocation
