// SPDX-License-Identifier: Apache-2.0
// Notation behind the Verifier port: finds an image's signatures, has each judged by the pure core,
// and stops at the first good one.
#pragma once
#include <memory>

#include "countersign/admission/verifier.h"
#include "countersign/base/limits.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/notation/verify.h"

namespace countersign::admission {

class RevocationChecker {  // answers notation's questions; the shell's side of the network
 public:
  virtual ~RevocationChecker() = default;
  virtual std::vector<Result<notation::Answer>> ask(std::span<const notation::Question>,
                                                    Deadline) = 0;
};

struct NotationOptions {
  std::size_t max_signatures =
      limits::kSignaturesPerImage;  // more are not looked at, and the report says so
};

// The policy is copied; `revocation` is borrowed and outlives the verifier.
std::unique_ptr<Verifier> make_notation_verifier(notation::TrustPolicy, NotationOptions,
                                                 RevocationChecker&);

// Knows nothing: every question stays unknown.
std::unique_ptr<RevocationChecker> make_no_revocation();

}  // namespace countersign::admission
