// SPDX-License-Identifier: Apache-2.0
// What a registry answers to who writes.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

#include "registry/session.h"

namespace countersign::registry {

// As status_error(), of a push.
Error push_error(const Reply&);

// "Upon successful completion of the request, the response MUST have code 201 Created." And where
// it says what it stored (Docker-Content-Digest), that is `content`: else DigestMismatch.
[[nodiscard]] Result<void> accept_stored(const Result<Reply>&, Bytes content);

}  // namespace countersign::registry
