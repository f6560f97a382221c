// SPDX-License-Identifier: Apache-2.0
// From what was found out about every image of a pod to one decision.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/policy/report.h"
#include "countersign/policy/rule.h"

namespace countersign::policy {

struct ImageResult {      // one image-bearing field
  std::string field;      // "spec.containers[0].image"
  std::string container;  // its name; empty for volumes without one
  std::string image;      // as written
  std::string rule;
  Action action = Action::Deny;
  Mode mode = Mode::Enforce;
  Reason denial = Reason::ImageDenied;                           // of the rule, for action deny
  Result<Report> report = fail(Reason::Internal, "not judged");  // of an image to be verified
};

struct Refusal {  // why one field does not pass
  Reason reason = Reason::Internal;
  std::string field, container, image, digest, rule, policy, detail;
  Mode mode = Mode::Enforce;
};

struct Acceptance {  // on what a field passes that a signature was demanded of
  std::string field, image, digest, policy;
  std::string signature, signer;  // digest of its manifest, thumbprint; empty at level skip
};

struct Decision {
  bool allowed = false;              // a Decision that nobody made denies
  Reason reason = Reason::Internal;  // of the first enforced refusal; says nothing when allowed
  bool may_retry = false;            // every enforced refusal may be gone when asked again
  std::vector<Refusal> enforced;     // in the order of the fields
  std::vector<Refusal> warned;       // of rules in mode warn
  std::vector<Refusal> audited;      // of rules in mode audit
  std::vector<Acceptance> accepted;  // for the audit record
  // Of the signatures that were accepted, one line each: checks that failed under action log, and
  // what a check let pass that deserves a warning.
  std::vector<std::string> notes;
};

// Allowed when no refusal is enforced. An Error can only refuse. No images: allowed. Everything
// stands in the order of the fields. Details are as they came: cleaned by who shows them.
Decision decide(std::span<const ImageResult>);

}  // namespace countersign::policy
