// SPDX-License-Identifier: Apache-2.0
// What an external data provider answers: a ProviderResponse of externaldata.gatekeeper.sh v1beta1
// whose values have the shape of Ratify v1 ("0.2.0"), which the constraint templates in the field
// read.
//
// Templates differ in what they look at, so everything that we do not let pass is refused in each
// of these ways at once, whatever a template asks:
// - a value of an image that is refused has isSuccess false, and so has each report in it;
// - `isSuccess`, `traceID` and `timestamp` are always there, since a rule that names one that is
// not
//   there does not fire;
// - there is one item for every key, in their order;
// - what could not be found out, but perhaps can be a moment later, is an item with an error, and
//   `systemError` is set. Gatekeeper keeps what it was told of a key for minutes, errors included
//   but `systemError` not. Such an item therefore is named "KEY (transient)": nothing is kept about
//   the key itself, which is asked about again (docs/decisions/0028).
//
// `idempotent` is always true: an answer says the same of the same image, apart from `timestamp`
// and `traceID`, which say when it was given and where the log has it.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/gatekeeper/provider_request.h"
#include "countersign/policy/decide.h"

namespace countersign::gatekeeper {

struct Report {        // about one signature, or about an image without one
  std::string digest;  // of the signature's manifest; empty without one
  bool success = false;
  Reason reason = Reason::Internal;  // unless it is a success
  std::string message;
  std::string subject, issuer;  // names in the signer's certificate; empty when unknown
};

enum class Outcome : std::uint8_t {
  Refused,
  Unreadable,  // the key itself
  Undecided,   // may be decided when asked again
  Warned,      // let pass by a rule that only warns or audits
  Accepted
};

struct Item {
  std::string key;
  std::string subject;  // repository and digest, as far as they are known
  Outcome outcome = Outcome::Refused;
  Reason reason = Reason::Internal;  // unless accepted
  std::string detail;
  std::vector<Report> reports;  // of an image that was judged: at least one
};

Item item_of(const Key&, const policy::ImageResult&);
Item unreadable(const Key&);                                    // by its fault
Item undecided(const Key&, Reason reason, std::string detail);  // a reason that may_retry

struct Stamp {
  std::string trace_id;  // the log has it, too
  Time now;
  std::string verifier;  // the name that reports carry
};

// Text of others (keys, details, names) may be anything: the result is valid JSON.
std::string render(std::span<const Item>, const Stamp&);
std::string render(const Error& system_error);  // without items

// "REGISTRY_UNAVAILABLE transient: ..." where asking again may help, else "BAD_REFERENCE: ...".
// Code and word are a contract.
std::string error_text(Reason, std::string_view detail);

}  // namespace countersign::gatekeeper
