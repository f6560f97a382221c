// SPDX-License-Identifier: Apache-2.0
// Everything in the signatures of an image, and what each is worth under a policy.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/notation/envelope.h"
#include "countersign/policy/report.h"
#include "countersign/registry/repository.h"

#include "app/exit_code.h"
#include "app/signature_list.h"

namespace countersign::app {

// The only content type that an envelope can have: open_envelope refuses others.
inline constexpr std::string_view kPayloadType = "application/vnd.cncf.notary.payload.v1+json";

std::string_view kind_of(const x509::Certificate&);  // "CA" or "leaf"

struct InspectedSignature {
  oci::Digest digest;                 // of its manifest
  std::string media_type;             // of the envelope; empty when it was not reached
  notation::OpenedEnvelope envelope;  // or why there is nothing to be seen
  // As if the image had no other signature; nullopt without a policy.
  std::optional<Result<policy::Report>> judgement;
};

struct Inspection {
  SignatureList list;
  std::vector<InspectedSignature> signatures;
};

// What the image is worth when this repository has all its signatures. Empty without a policy.
using Judge =
    std::function<Result<policy::Report>(const oci::Descriptor& image, registry::Repository&)>;

// Nothing that is wrong with one signature hides another, or is an error of the whole.
std::vector<InspectedSignature> inspect_signatures(const SignatureList&, registry::Repository&,
                                                   const Judge&, Deadline);

Exit exit_of(const Inspection&);  // Unknown when a signature could not be looked at, else Yes

std::string inspect_text(const Inspection&,
                         Colour = Colour::Never);  // as `notation inspect`, and more
// A line for each: its digest, who signed when, what its timestamp says, its verdict.
std::string inspect_table(const Inspection&, Colour = Colour::Never);
std::string inspect_json(const Inspection&);  // one line; as `notation inspect -o json`, and more

}  // namespace countersign::app
