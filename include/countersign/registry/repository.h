// SPDX-License-Identifier: Apache-2.0
// A read-only view of one repository: behind a registry's API, in a layout folder, in memory.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"
#include "countersign/oci/image_ref.h"

namespace countersign::registry {

// Errors: ImageNotFound, DigestMismatch, RegistryAuth, RegistryUnavailable, RegistryThrottled,
// RegistryResponse, AddressNotAllowed, DeadlineExceeded, and what a CredentialProvider says. An
// empty list of referrers is never an error in disguise: it means that the registry was asked and
// has none.
class Repository {
 public:
  virtual ~Repository() = default;

  // The manifest that the reference's digest, else its tag, names: fetched by GET, hashed, parsed
  // enough to know its media type. The digest is always computed from the bytes.
  virtual Result<oci::Descriptor> resolve(const oci::ImageRef&, Deadline) = 0;

  // What refers to `subject` with this artifact type, in the registry's order, at most
  // limits::kReferrers (RegistryResponse beyond). A list that somebody asked for earlier may be as
  // old as limits::kReferrersLife; one that a refusal rests on must be Recent:
  // limits::kRecentReferrersLife.
  enum class Age : std::uint8_t { Recent, Kept };
  virtual Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                         std::string_view artifact_type, Age,
                                                         Deadline) = 0;

  // Says that these referrers will be asked for next, so that a repository that can do two things
  // at once may begin. Nothing waits for it, and nothing depends on it.
  virtual void expect_referrers(const oci::Digest& /*subject*/, std::string_view /*artifact_type*/,
                                Deadline) {}

  // Blobs or manifests by descriptor, all at once; results in order. `most` bounds each one's size:
  // a descriptor that declares more is RegistryResponse, without a request. ImageNotFound for what
  // is not there. A manifest must also be served as the media type that its descriptor names.
  enum class Content : std::uint8_t { Manifest, Blob };
  virtual std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor>, Content,
                                               std::size_t most, Deadline) = 0;

  // Requests sent so far; for reports.
  virtual std::size_t requests() const { return 0; }
};

}  // namespace countersign::registry
