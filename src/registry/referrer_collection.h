// SPDX-License-Identifier: Apache-2.0
// The referrers that were asked for, each once, while pages and tags are read.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::registry {

class ReferrerCollection {
 public:
  // Filtered by us, whether the registry did or not. What is listed without a type is left out, as
  // Notation does: "the artifactType [...] MUST be set" (distribution specification 1.1, "Listing
  // Referrers"), from the manifest or, for older ones, from its config.
  explicit ReferrerCollection(std::string_view artifact_type) : artifact_type_(artifact_type) {}

  // RegistryResponse beyond limits::kReferrers.
  [[nodiscard]] Result<void> add(std::vector<oci::Descriptor> listed) {
    for (auto& descriptor : listed) {
      if (descriptor.artifact_type != artifact_type_ || !seen_.insert(descriptor.digest).second) {
        continue;
      }
      if (kept_.size() == limits::kReferrers) {
        return fail(Reason::RegistryResponse,
                    "more than " + std::to_string(limits::kReferrers) + " referrers of one image");
      }
      kept_.push_back(std::move(descriptor));
    }
    return {};
  }

  bool empty() const { return kept_.empty(); }
  std::vector<oci::Descriptor> take() { return std::move(kept_); }

 private:
  std::string_view artifact_type_;
  std::vector<oci::Descriptor> kept_;
  std::set<oci::Digest> seen_;
};

}  // namespace countersign::registry
