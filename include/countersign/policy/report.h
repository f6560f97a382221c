// SPDX-License-Identifier: Apache-2.0
// What was found out about one image, in terms that no signature format needs.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::policy {

enum class Verdict : std::uint8_t { Untrusted, Trusted, Skipped };

// Shall a report say what its checks rest on? That costs about as much as the checks, so only a
// person who asks gets it, never a review.
enum class Evidence : std::uint8_t { NotWanted, Wanted };

struct EvidenceReport {
  std::string name, value;  // "trust store", "ca:acme has ..."
};

struct CheckReport {
  std::string check;                 // "integrity", "authenticity", ...
  std::string action;                // "enforce", "log", "skip"
  std::string result;                // "pass", "fail", "skip"
  Reason reason = Reason::Internal;  // of a failure
  std::string detail;  // of a failure, or what a pass rests on when that is worth a warning
  std::vector<EvidenceReport> evidence = {};  // when it is wanted
};

struct SignerReport {
  std::string subject, issuer, thumbprint;
  Time not_after{};
  std::string key = {};  // equal for equal public keys; bytes, for nobody to read
};

struct SignatureReport {
  oci::Digest digest;      // of the signature manifest
  std::string media_type;  // of the envelope; empty when it was not reached
  Verdict verdict = Verdict::Untrusted;
  Reason reason = Reason::Internal;  // of Untrusted
  std::string detail;
  std::string signing_scheme;  // empty when unknown
  std::optional<Time> signing_time, expiry;
  std::optional<SignerReport> signer;
  std::vector<CheckReport> checks;
  std::map<std::string, std::string> user_metadata = {};  // signed along
  std::string policy = {};  // "verification/statement", where several verifications looked at it
};

struct Report {
  Verdict verdict = Verdict::Untrusted;
  Reason reason = Reason::Internal;   // of Untrusted: the first of the best candidate
  std::string detail;                 // for people
  std::string policy;                 // the statement that was applied; "verification/statement"
  std::optional<oci::Digest> digest;  // of the image
  std::vector<SignatureReport> signatures;
  std::size_t requests = 0;  // sent to the registry
  // Of several verifications, of which others trust the image: those that demand nothing of it.
  std::vector<std::string> skipped = {};

  static Report refused(Reason reason, std::string detail) {
    Report report;
    report.reason = reason;
    report.detail = std::move(detail);
    return report;
  }
};

}  // namespace countersign::policy
