// SPDX-License-Identifier: Apache-2.0
// The write path, for signatures: a manifest with its blobs becomes a referrer of an image (OCI
// distribution specification 1.1, "Pushing manifests with subject").
//
// Nothing is visible before everything is there: blobs, then the manifest, then the referrers tag
// where the registry has no referrers API. The tag is read, added to, written, and read again until
// what was added stays (limits::kTagLooks): other writers do the same without a lock, since the
// specification has none. Nothing is ever deleted.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::registry {

struct Content {  // what a descriptor describes
  oci::Descriptor descriptor;
  oci::Blob blob;
};

struct Attachment {
  std::vector<Content> blobs;  // at least one; the same digest once
  Content manifest;            // an image manifest with `subject`; artifactType and annotations in
                               // its descriptor stand in lists of referrers
  oci::Descriptor subject;
};

enum class ReferrersTag : std::uint8_t {
  WhereNeeded,  // where the answer to the manifest has no OCI-Subject header
  Always        // besides: for readers that know the tag alone
};

struct Attached {
  enum class Listed : std::uint8_t { ByApi, ByTag, InLayout };
  Listed listed = Listed::ByApi;
  std::size_t requests = 0;
};

// Errors: ImageNotFound (the subject, or the repository, is not there), RegistryAuth (no right to
// push), RegistryUnavailable, RegistryThrottled, RegistryResponse, DigestMismatch (the registry
// says that it stored something else), DeadlineExceeded, and what a CredentialProvider says.
class Publisher {  // for one thread
 public:
  virtual ~Publisher() = default;
  // Blobs that are there already are not sent again. The detail of an error says what had been
  // stored; the whole may be done again.
  [[nodiscard]] virtual Result<Attached> attach(const Attachment&, ReferrersTag, Deadline) = 0;
};

// Registry::publisher (http_repository.h) makes one for a registry; this one writes into a layout
// folder, which must be one (open_layout). The index is replaced as a whole, under a lock on the
// file `oci-layout` (flock(2)) that other Countersigns honour, and the Notation CLI does not. No
// link below the folder is followed. BadConfig when the folder can't be written. The clock is
// borrowed.
[[nodiscard]] Result<std::unique_ptr<Publisher>> publish_to_layout(std::filesystem::path folder,
                                                                   const Clock&);

}  // namespace countersign::registry
