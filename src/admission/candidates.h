// SPDX-License-Identifier: Apache-2.0
// In which order the signatures of an image are looked at.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/oci/descriptor.h"
#include "countersign/trust/snapshot.h"

namespace countersign::admission {

enum class Claim : std::uint8_t { None, Trusted };  // says to be by a certificate that we trust

struct Candidate {
  oci::Descriptor manifest;  // without annotations: they have said what they can
  Claim claim = Claim::None;
};

// Each one once. Every registry lists in its own order, so ours is by digest: the same image gets
// the same words everywhere. Before the others come those whose annotation claims a certificate of
// a store that the statement names; nobody signed that claim, so it is believed no further, and a
// lie costs us a fetch.
std::vector<Candidate> in_order(std::span<const oci::Descriptor> signatures,
                                const notation::Statement&, const trust::Snapshot&, Time now);

}  // namespace countersign::admission
