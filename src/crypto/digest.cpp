// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/digest.h"

#include <cstdlib>

#include <openssl/evp.h>

#include "countersign/crypto/openssl_ptr.h"

#include "crypto/message_digest.h"

namespace countersign::crypto {
namespace {

using MdPtr = OpensslPtr<EVP_MD, EVP_MD_free>;

// What EVP_sha256() gives is looked up in the providers at each use; this, once.
MdPtr fetch(const char* name);
void hash_into(std::span<std::uint8_t> out, HashAlgorithm, Bytes data);

}  // namespace

const EVP_MD* message_digest(HashAlgorithm algorithm) {
  static const MdPtr sha256 = fetch("SHA256");
  static const MdPtr sha384 = fetch("SHA384");
  static const MdPtr sha512 = fetch("SHA512");
  switch (algorithm) {
    case HashAlgorithm::Sha256:
      return sha256.get();
    case HashAlgorithm::Sha384:
      return sha384.get();
    case HashAlgorithm::Sha512:
      return sha512.get();
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

MdPtr fetch(const char* name) {
  MdPtr fetched(EVP_MD_fetch(nullptr, name, nullptr));
  if (fetched == nullptr) {  // without it nothing could be verified
    std::abort();
  }
  return fetched;
}

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
