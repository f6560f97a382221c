// SPDX-License-Identifier: Apache-2.0
// SHA-2, the only hashes that Countersign believes.
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "countersign/base/bytes.h"

namespace countersign::crypto {

enum class HashAlgorithm : std::uint8_t { Sha256, Sha384, Sha512 };

std::size_t hash_size(HashAlgorithm);  // bytes: 32, 48, 64

// Aborts when OpenSSL can't hash, which means no memory.
ByteVector hash(HashAlgorithm, Bytes);
std::array<std::uint8_t, 32> sha256(Bytes);

}  // namespace countersign::crypto
