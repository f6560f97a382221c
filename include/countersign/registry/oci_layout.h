// SPDX-License-Identifier: Apache-2.0
// An OCI image layout folder (OCI image specification 1.1, image-layout.md) as a Repository: demo,
// tests, air gap.
#pragma once
#include <filesystem>
#include <memory>

#include "countersign/registry/repository.h"

namespace countersign::registry {

// Reads `oci-layout` and `index.json` at every call, so that a folder may change. References
// resolve by digest (the blob) or by tag (org.opencontainers.image.ref.name in the index).
// Referrers are the manifests of the index whose `subject` is the image, in both signature forms. A
// manifest that can't be read is listed, so that its fetch is the error, when the index names it as
// one of this type; else it is the error of the list where no other is found.
// Nothing outside the folder is read: digests make the file names. Reason::ImageNotFound or
// RegistryResponse.
[[nodiscard]] Result<std::unique_ptr<Repository>> open_layout(std::filesystem::path folder);

}  // namespace countersign::registry
