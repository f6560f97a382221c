// SPDX-License-Identifier: Apache-2.0
// The protocol's names of keys and hashes.
#pragma once
#include <optional>
#include <string_view>

#include "countersign/crypto/public_key.h"

namespace countersign::plugin {

std::string_view key_spec(crypto::SignatureAlgorithm);   // "RSA-2048"
std::string_view hash_name(crypto::SignatureAlgorithm);  // "SHA-256"
// By key_spec(): the key decides about the algorithm.
std::optional<crypto::SignatureAlgorithm> algorithm_of(std::string_view key_spec);

}  // namespace countersign::plugin
