// SPDX-License-Identifier: Apache-2.0
// What the pure core found out about one signature, in the words of a report.
#pragma once
#include <span>
#include <vector>

#include "countersign/notation/evidence.h"
#include "countersign/notation/verify.h"
#include "countersign/policy/report.h"

namespace countersign::admission {

policy::SignatureReport signature_report(const oci::Digest& manifest, std::string_view media_type,
                                         const notation::Verdict&);

// To the checks that it is about.
void add_evidence(policy::SignatureReport&, std::vector<notation::Evidence>);

// A signature that was not even examined: its manifest is malformed, or it could not be fetched.
policy::SignatureReport unexamined(const oci::Digest& manifest, const Error&);

// Of those that are not trusted, the one whose publisher is nearest to it: its reason is what
// people should read. Null when there is none.
const policy::SignatureReport* nearest(std::span<const policy::SignatureReport>);

}  // namespace countersign::admission
