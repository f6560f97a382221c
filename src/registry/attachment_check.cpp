// SPDX-License-Identifier: Apache-2.0
#include "registry/attachment_check.h"

#include <algorithm>

#include "countersign/base/limits_signing.h"

namespace countersign::registry {
namespace {

bool fits(const Content& content) {
  const auto size = content.blob.bytes().size();
  return content.descriptor.digest == content.blob.digest() && content.descriptor.size == size &&
         size <= limits::kUploadBytes;
}

}  // namespace

Result<void> check_attachment(const Attachment& attachment) {
  if (attachment.blobs.empty() || !std::ranges::all_of(attachment.blobs, fits) ||
      !fits(attachment.manifest)) {
    return fail(Reason::Internal, "an attachment whose descriptors are not those of its contents");
  }
  return {};
}

Result<void> is_the_same(const oci::Descriptor& found, const oci::Descriptor& subject) {
  return found.same_content(subject)
             ? Result<void>()
             : fail(Reason::RegistryResponse,
                    subject.digest.text() + " has another media type or size than what was signed");
}

}  // namespace countersign::registry
