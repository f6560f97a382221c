// SPDX-License-Identifier: Apache-2.0
// What all the lists that a certificate names say about it together. No network, no clock.
//
// Every one of them must be had, because each may hold a part of the revocations; the specification
// is content with any. More of them than limits::kRevocationUrls are none.
#pragma once
#include <span>
#include <vector>

#include "revocation/distribution_point.h"

namespace countersign::revocation {

class ListInquiry {
 public:
  ListInquiry(const Query&, Time now);

  std::vector<Source> wanted() const;
  void take(std::span<const Result<Finding>>);  // of what was wanted, in its order

  // Once nothing is wanted. Revoked when any list says so, else an Error when any could not be
  // read, else Good.
  Result<x509::RevocationStatus> outcome() const;

 private:
  std::vector<DistributionPoint> points_;
  bool too_many_ = false;
};

}  // namespace countersign::revocation
