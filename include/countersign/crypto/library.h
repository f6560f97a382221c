// SPDX-License-Identifier: Apache-2.0
// The OpenSSL that is loaded: it may be newer than the one that was compiled against.
#pragma once
#include <string>

namespace countersign::crypto {

std::string openssl_version();  // "3.0.17"

}  // namespace countersign::crypto
