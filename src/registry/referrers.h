// SPDX-License-Identifier: Apache-2.0
// What refers to an image: from the referrers API of the distribution specification 1.1
// (referrers_api.h), the referrers tag schema (referrers_tag.h), or both.
#pragma once
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/result.h"
#include "countersign/net/url.h"
#include "countersign/oci/descriptor.h"
#include "countersign/registry/http_repository.h"

#include "registry/session.h"

namespace countersign::registry {

// That a registry has no referrers API, and signatures under the tag: it saves a request for each
// image. Only what was found under the tag when the API was definitely absent is a reason to ask
// for the tag first, and only for limits::kReferrersTagLife. A registry that once says 404 where it
// should not thus hides nothing: an image without signatures under the tag is looked for by the API
// all the same, and a registry that gains the API is noticed.
class TagFirst {  // thread-safe; the clock outlives it
 public:
  explicit TagFirst(const Clock& clock) : clock_(clock) {}

  bool holds() const {
    const std::lock_guard lock(mutex_);
    return until_ && clock_.tick() < *until_;
  }
  void begin() {
    const std::lock_guard lock(mutex_);
    until_ = clock_.tick() + limits::kReferrersTagLife;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    until_.reset();
  }

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Tick> until_;
};

struct ReferrersQuery {
  const oci::Digest& subject;
  std::string_view artifact_type;
};

struct ReferrersSource {
  const net::Url& repository;  // ".../v2/<name>/"
  ReferrersBy by = ReferrersBy::Auto;
  TagFirst& tag_first;  // of the registry
};

// Each digest once, in the registry's order, the API's before the tag's.
[[nodiscard]] Result<std::vector<oci::Descriptor>> list_referrers(Session&, const ReferrersSource&,
                                                                  const ReferrersQuery&, Deadline);

}  // namespace countersign::registry
