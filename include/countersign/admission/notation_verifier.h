// SPDX-License-Identifier: Apache-2.0
// Notation behind the Verifier port: finds an image's signatures, has each judged by the pure core,
// and stops at the first good one.
#pragma once
#include <memory>

#include "countersign/admission/envelope_cache.h"
#include "countersign/admission/verifier.h"
#include "countersign/base/limits.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/notation/verify.h"

namespace countersign::revocation {
class Client;
}

namespace countersign::admission {

class RevocationChecker {  // answers notation's questions; the shell's side of the network
 public:
  virtual ~RevocationChecker() = default;
  virtual std::vector<Result<x509::RevocationStatus>> ask(std::span<const notation::Question>,
                                                          Deadline) = 0;
};

struct NotationOptions {
  std::size_t max_signatures =
      limits::kSignaturesPerImage;  // more are not looked at, and the report says so
};

// `revocation` is borrowed and outlives the verifier. `envelopes` may be shared: what is in there
// is right under every policy, so a reload that makes a new verifier need not begin cold.
std::unique_ptr<Verifier> make_notation_verifier(
    notation::TrustPolicy, NotationOptions, RevocationChecker&,
    std::shared_ptr<EnvelopeCache> envelopes = std::make_shared<EnvelopeCache>());

// Asks the sources of revocation status; `client` is borrowed.
std::unique_ptr<RevocationChecker> make_revocation_checker(revocation::Client& client);

}  // namespace countersign::admission
