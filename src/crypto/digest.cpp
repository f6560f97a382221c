// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/digest.h"

#include <cstdlib>

#include <openssl/evp.h>

#include "crypto/message_digest.h"

namespace countersign::crypto {
namespace {

void hash_into(std::span<std::uint8_t> out, HashAlgorithm, Bytes data);

}  // namespace

const EVP_MD* message_digest(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha256:
      return EVP_sha256();
    case HashAlgorithm::Sha384:
      return EVP_sha384();
    case HashAlgorithm::Sha512:
      return EVP_sha512();
  }
  std::abort();
}

std::size_t hash_size(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha256:
      return 32;
    case HashAlgorithm::Sha384:
      return 48;
    case HashAlgorithm::Sha512:
      return 64;
  }
  std::abort();
}

ByteVector hash(HashAlgorithm algorithm, Bytes data) {
  ByteVector out(hash_size(algorithm));
  hash_into(out, algorithm, data);
  return out;
}

std::array<std::uint8_t, 32> sha256(Bytes data) {
  std::array<std::uint8_t, 32> out{};
  hash_into(out, HashAlgorithm::Sha256, data);
  return out;
}

namespace {

void hash_into(std::span<std::uint8_t> out, HashAlgorithm algorithm, Bytes data) {
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), out.data(), &size, message_digest(algorithm), nullptr) !=
          1 ||
      size != out.size()) {
    std::abort();
  }
}

}  // namespace
}  // namespace countersign::crypto
