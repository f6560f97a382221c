// SPDX-License-Identifier: Apache-2.0
// What answers about revocation are worth to one decision (Notary Project trust policy
// specification, "Certificate Revocation Evaluation").
#pragma once
#include <optional>
#include <span>
#include <string>

#include "countersign/notation/verify.h"

namespace countersign::notation {

struct Exchange {  // one question with its answer
  const Question& question;
  const Result<x509::RevocationStatus>& answer;
};

struct RevocationTerms {
  Time now{};
  RevocationRules rules;
  std::optional<Time> signed_at;  // when that is authentic
};

// Signature specification: a certificate without OCSP and CRL source can't be revoked.
bool names_source(const x509::Certificate& certificate);

// The status of a chain, the last certificate apart. Revoked when the answers say so; else
// RevocationUnknown when an answer is missing or too old, or when a certificate that matters was
// not asked about; else what deserves a warning: a stale answer that was let pass.
//
// Not asked about are the certificates of a chain that is not anchored, those above the trusted
// one, and those that name no source.
[[nodiscard]] Result<std::string> check_chain(const x509::Chain& chain,
                                              const std::optional<Anchor>& anchor,
                                              std::span<const Exchange> exchanges,
                                              const RevocationTerms& terms);

}  // namespace countersign::notation
