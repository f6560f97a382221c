// SPDX-License-Identifier: Apache-2.0
// The four kinds of fact, and what each is remembered as.
#pragma once
#include <memory>
#include <vector>

#include "countersign/oci/descriptor.h"
#include "countersign/registry/facts.h"

#include "registry/memory.h"

namespace countersign::registry {

using Listing = std::shared_ptr<const std::vector<oci::Descriptor>>;  // never null

struct Memories {
  Memories(const Clock&, const Facts::Room&);

  Memory<oci::Descriptor> manifests;  // by digest
  Memory<oci::Descriptor> tags;
  Memory<Listing> referrers;
  Memory<oci::Blob> contents;  // manifests and blobs by descriptor
};

struct Facts::State : Memories {
  using Memories::Memories;
};

}  // namespace countersign::registry
