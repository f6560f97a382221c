// SPDX-License-Identifier: Apache-2.0
// How many parties stand behind the signatures of an image.
#pragma once
#include <cstddef>
#include <span>

#include "countersign/policy/report.h"

namespace countersign::policy {

// Of the trusted signatures: the most that can be chosen so that no two have the same subject or
// the same public key. Two certificates of one subject, or one key under two names, are one signer.
// Does not depend on the order, and one signature more never makes it less.
//
// Subjects that differ in case alone are the same: a certificate authority may treat them so.
std::size_t distinct_signers(std::span<const SignatureReport>);

}  // namespace countersign::policy
