// SPDX-License-Identifier: Apache-2.0
// What must hold before anything of an attachment is stored anywhere.
#pragma once
#include "countersign/base/result.h"
#include "countersign/registry/publisher.h"

namespace countersign::registry {

// Internal: a descriptor that is not its content's, no blob at all, or one over
// limits::kUploadBytes.
[[nodiscard]] Result<void> check_attachment(const Attachment&);

// RegistryResponse: what is there is called something else than what was signed, so that nobody
// would accept the signature.
[[nodiscard]] Result<void> is_the_same(const oci::Descriptor& found,
                                       const oci::Descriptor& subject);

}  // namespace countersign::registry
