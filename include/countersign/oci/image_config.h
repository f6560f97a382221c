// SPDX-License-Identifier: Apache-2.0
// The configuration of an image (OCI image specification 1.1, config.md; Docker's is the same).
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/oci/platform.h"

namespace countersign::oci {

// "os", "architecture" and "variant". nullopt for a document that names none, as artifacts have;
// Reason::RegistryResponse for one that is no JSON object.
[[nodiscard]] Result<std::optional<Platform>> platform_of_config(Bytes document);

}  // namespace countersign::oci
