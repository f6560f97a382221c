// SPDX-License-Identifier: Apache-2.0
// What a rule's `platforms` demands: that an image whose signature is trusted is there for each of
// them. The signed bytes are what is judged; this comes after it, never instead.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"
#include "countersign/registry/repository.h"

namespace countersign::admission {

// What is missing, for people; nullopt: nothing. An index must list a manifest for each platform,
// which must be there with the digest that the index says; a single image must be made for them
// all, so more than one platform can't be met.
Result<std::optional<std::string>> missing_platform(const oci::Descriptor& manifest,
                                                    std::span<const oci::Platform> demanded,
                                                    registry::Repository&, Deadline);

}  // namespace countersign::admission
