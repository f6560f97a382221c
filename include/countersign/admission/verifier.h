// SPDX-License-Identifier: Apache-2.0
// One signature system, under one policy.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"
#include "countersign/oci/image_ref.h"
#include "countersign/policy/report.h"
#include "countersign/registry/repository.h"
#include "countersign/trust/snapshot.h"

namespace countersign::admission {

struct Subject {
  std::string repository;    // against which scopes are matched: "host/path"
  oci::Descriptor manifest;  // resolved
  std::map<std::string, std::string> required_metadata;  // must be signed along
  std::size_t signers = 1;  // distinct ones whose signatures must be trusted
  policy::Evidence evidence = policy::Evidence::NotWanted;
};

class Verifier {  // stateless but for caches of facts; called from many threads
 public:
  virtual ~Verifier() = default;
  virtual std::string_view name() const = 0;
  // The report when the policy alone decides: it demands nothing of this repository (Skipped), or
  // no statement is about it (NoPolicy). Then nothing needs to be resolved. nullopt: look at the
  // image.
  virtual std::optional<policy::Report> settled(std::string_view repository) const = 0;
  // The trust stores that its policy names, each once; a configuration without one of them is a
  // mistake.
  virtual std::vector<trust::StoreName> stores() const = 0;
  // Before the manifest is resolved: tells the repository what verify() will ask it for.
  virtual void announce(const oci::ImageRef&, registry::Repository&, Deadline) const = 0;
  virtual Result<policy::Report> verify(const Subject&, registry::Repository&,
                                        const trust::Snapshot&, Time now, Deadline) const = 0;
};

}  // namespace countersign::admission
