// SPDX-License-Identifier: Apache-2.0
// Who vouches for the signer of a timestamp token.
#pragma once
#include <span>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// A chain from certificates.front() to one of the roots, through certificates of this list only,
// each at most once. It satisfies the timestamping profile, and each certificate of it is valid at
// all of these times. Reason::TimestampInvalid.
//
// The search begins at the roots: only what a trusted key has certified is followed, so nobody else
// can make it long. All paths are tried, because authorities put roots into their tokens that
// others have cross-signed.
[[nodiscard]] Result<Chain> find_timestamp_chain(std::span<const Certificate> certificates,
                                                 std::span<const Certificate> roots,
                                                 std::span<const Time> times);

}  // namespace countersign::x509
