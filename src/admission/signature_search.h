// SPDX-License-Identifier: Apache-2.0
// Through the signatures of one image, until enough are good.
#pragma once
#include <cstddef>

#include "countersign/admission/envelope_cache.h"
#include "countersign/admission/notation_verifier.h"
#include "countersign/admission/verifier.h"
#include "countersign/notation/trust_policy.h"

namespace countersign::admission {

struct Round {  // what one verification sees from start to end
  const notation::Statement& statement;
  const Subject& subject;
  registry::Repository& repository;
  const trust::Snapshot& trust;
  Time now;
  Deadline deadline;
};

struct SearchTools {
  RevocationChecker& revocation;
  EnvelopeCache& envelopes;
  std::size_t most;  // signatures that are looked at
};

// An Error when too few are good and one that could not be looked at might have been.
Result<policy::Report> search_signatures(const Round&, const SearchTools&);

}  // namespace countersign::admission
