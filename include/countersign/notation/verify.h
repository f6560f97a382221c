// SPDX-License-Identifier: Apache-2.0
// Notation verification without I/O, clock or state. Three calls, in this order:
//
//   examine()    everything that needs no network
//   questions()  what must still be asked about revocation, only for a chain that is anchored
//   conclude()   the verdict, from the examination and the answers
//
// An Anchor is the only key to a question, and only examine() makes one: who can push a signature
// can't make us fetch a URL of his, at no level of verification.
//
// Specification: Notary Project trust store and trust policy 1.1, "Signature Evaluation".
// Deviations: docs/notation.md.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/oci/descriptor.h"
#include "countersign/trust/snapshot.h"
#include "countersign/x509/revocation_status.h"

namespace countersign::notation {

struct Candidate {
  const OpenedEnvelope& envelope;  // of open_envelope, now or earlier: it is a fact
  const oci::Descriptor& subject;  // what must have been signed
  const std::map<std::string, std::string>& required_metadata;  // must be signed along, exactly
};

enum class Outcome : std::uint8_t { Fail, Pass, Skipped };

struct CheckResult {
  Check check = Check::Integrity;
  Action action = Action::Enforce;
  Outcome outcome = Outcome::Fail;
  Reason reason = Reason::Internal;  // of a failure
  std::string detail;  // of a failure, or what a pass rests on when that is worth a warning
};

// Proof that a chain reaches a configured store: of the signature, or of its timestamp. What stands
// above the trusted certificate, nobody vouches for: the chain is not signed, and whoever stores a
// signature can exchange that part.
class Anchor {
 public:
  const x509::Chain& chain() const { return chain_; }
  std::size_t trusted() const { return trusted_; }  // index of the highest one that is in a store

 private:
  friend class Examiner;
  Anchor(x509::Chain chain, std::size_t trusted) : chain_(std::move(chain)), trusted_(trusted) {}
  x509::Chain chain_;
  std::size_t trusted_;
};

struct Examination {
  std::shared_ptr<const Envelope> envelope;  // when integrity passed
  // When anchored, and no enforced check has failed already.
  std::optional<Anchor> anchor;
  std::optional<Anchor>
      timestamp_anchor;              // when the timestamp counts, and under the same condition
  std::vector<CheckResult> results;  // in the order of Check; an integrity failure is the only one
};

struct Question {                   // was this certificate revoked?
  Check about = Check::Revocation;  // AuthenticTimestamp: a certificate of the timestamp's signer
  x509::Certificate certificate;
  x509::Certificate issuer;
};

struct Verdict {
  bool trusted = false;
  std::vector<CheckResult> results;  // failures that are enforced first, then in the order of Check
  std::shared_ptr<const Envelope> envelope;
};

// Never an Error: what is wrong with bytes that a publisher wrote is a finding. A mismatch of
// payload or metadata is an integrity failure with Reason::PayloadMismatch, at every level.
Examination examine(const Candidate&, const Statement&, const trust::Snapshot&, Time now);

// One for each certificate that names a source of revocation status, from the leaf to the trusted
// certificate, but never for the last of the chain; first those of the signature, which are none
// when the statement skips revocation, then those of the timestamp, which no statement skips.
std::vector<Question> questions(const Examination&, const Statement&);

// `answers` in the order of the questions; an Error is an unknown status, and so is an answer that
// is older than the statement allows. Under the signing authority's scheme the authentic signing
// time decides whether a revocation came later. trusted when no enforced check failed, and at least
// integrity and authenticity were judged.
Verdict conclude(Examination, const Statement&,
                 std::span<const Result<x509::RevocationStatus>> answers, Time now);

}  // namespace countersign::notation
