// SPDX-License-Identifier: Apache-2.0
// From what was found out about every image of a pod to one decision.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

struct Exemption {  // of what was let through unjudged
  enum class By : std::uint8_t { Rule, BreakGlass };
  By by = By::Rule;
  std::vector<std::string> names = {};  // of the rules with action allow, each once
};
// "break-glass", or the names of the rules: no rule is called break-glass.
std::string text(const Exemption&);

struct Judged {  // how one field fared, for who counts
  enum class Outcome : std::uint8_t { Refused, Verified, Unverified };
  std::string rule;
  Mode mode = Mode::Enforce;
  Outcome outcome = Outcome::Refused;
  Reason reason = Reason::Internal;  // of a refusal, enforced or not
};

struct Decision {
  bool allowed = false;              // a Decision that nobody made denies
  Reason reason = Reason::Internal;  // of the first enforced refusal; says nothing when allowed
  bool may_retry = false;            // every enforced refusal may be gone when asked again
  std::vector<Refusal> enforced;     // in the order of the fields
  std::vector<Refusal> warned;       // of rules in mode warn
  std::vector<Refusal> audited;      // of rules in mode audit
  std::vector<Acceptance> accepted;  // for the audit record; one for each signature that counted
  std::optional<Exemption> exemption = {};  // nullopt: every image that passed was judged
  // Of the signatures that were accepted, one line each: checks that failed under action log, and
  // what a check let pass that deserves a warning.
  std::vector<std::string> notes;
  std::vector<Judged> judged = {};  // in the order of the fields
  std::size_t requests = 0;         // sent to registries, for each distinct image once
};

// Allowed when no refusal is enforced. An Error can only refuse. No images: allowed. Everything
// stands in the order of the fields. Details are as they came: cleaned by who shows them.
Decision decide(std::span<const ImageResult>);

// In a namespace that is labelled for break-glass: allowed, whatever the images are.
Decision break_glass();

// No rule may be called so: an audit record names either.
inline constexpr std::string_view kBreakGlass = "break-glass";

}  // namespace countersign::policy
