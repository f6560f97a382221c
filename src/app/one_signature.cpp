// SPDX-License-Identifier: Apache-2.0
#include "app/one_signature.h"

#include <utility>

namespace countersign::app {

OneSignature::OneSignature(oci::Descriptor signature, Result<oci::Blob> manifest,
                           std::optional<Result<oci::Blob>> envelope)
    : signature_(std::move(signature)),
      manifest_(std::move(manifest)),
      envelope_(std::move(envelope)) {}

Result<oci::Descriptor> OneSignature::resolve(const oci::ImageRef&, Deadline) {
  return fail(Reason::ImageNotFound, "only a signature is here");
}

Result<std::vector<oci::Descriptor>> OneSignature::referrers(const oci::Descriptor&,
                                                             std::string_view, Age, Deadline) {
  return std::vector{signature_};
}

std::vector<Result<oci::Blob>> OneSignature::fetch(std::span<const oci::Descriptor> wanted,
                                                   Content content, std::size_t most, Deadline) {
  std::vector<Result<oci::Blob>> blobs;
  for (const auto& each : wanted) {
    blobs.push_back(fetch_one(each, content, most));
  }
  return blobs;
}

Result<oci::Blob> OneSignature::fetch_one(const oci::Descriptor& wanted, Content content,
                                          std::size_t most) const {
  if (wanted.size > most) {
    return fail(Reason::RegistryResponse, "larger than the limit");
  }
  switch (content) {
    case Content::Manifest:
      if (wanted.digest == signature_.digest) {
        return manifest_;
      }
      break;
    case Content::Blob:
      if (envelope_ && (!*envelope_ || (*envelope_)->digest() == wanted.digest)) {
        return *envelope_;
      }
      break;
  }
  return fail(Reason::ImageNotFound, "not of this signature: " + wanted.digest.text());
}

}  // namespace countersign::app
