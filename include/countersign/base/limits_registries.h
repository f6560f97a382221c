// SPDX-License-Identifier: Apache-2.0
// Limits of families of registries, whose members are named by whoever writes a pod; and of looks
// at what makes the API server ask us.
#pragma once
#include <cstddef>

#include "countersign/base/limits.h"

namespace countersign::limits {

// --- families of registries
// Members that an image was found in: beyond it, the one that was used least lately is made anew
// when it is wanted again. A company has a few registries, one or two a region.
inline constexpr std::size_t kFamilyKnown = 64;
// Members where none was found yet, so that names that somebody makes up take each other's place
// and never a known member's.
inline constexpr std::size_t kFamilyStrangers = 16;
// Members in memory, with those that were dropped and still have looks under way, of kLookWait at
// most. Beyond it a name that is not known is Overloaded.
inline constexpr std::size_t kFamilyMembers = 128;

// --- the registration of the webhook
// Between two looks at it, one small request each: what somebody changed is said within this time.
inline constexpr seconds kRegistrationLook{60};
// Of one look, which is one small request.
inline constexpr seconds kRegistrationLookWait{10};
// What is wrong with it is logged again after it.
inline constexpr seconds kRegistrationSayEvery{86'400};

}  // namespace countersign::limits
