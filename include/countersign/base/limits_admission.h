// SPDX-License-Identifier: Apache-2.0
// Limits of what the webhook remembers between decisions, beside those of limits.h.
#pragma once
#include <cstddef>

#include "countersign/base/limits.h"

namespace countersign::limits {

// --- signature manifests that were read
// Some 1,500 of them: as many images as their envelopes' memory has room for.
inline constexpr std::size_t kReadManifestBytes = 1 * kMiB;

}  // namespace countersign::limits
