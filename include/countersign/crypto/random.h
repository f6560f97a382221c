// SPDX-License-Identifier: Apache-2.0
// What nobody can guess, through OpenSSL. Aborts when it has no randomness to give.
#pragma once
#include <cstddef>
#include <string>

#include "countersign/base/bytes.h"

namespace countersign::crypto {

ByteVector random_bytes(std::size_t count);
std::string random_uuid();  // RFC 9562, version 4, lower case

}  // namespace countersign::crypto
