// SPDX-License-Identifier: Apache-2.0
// Private keys in memory for tests.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/crypto/public_key.h"

struct evp_pkey_st;

namespace countersign::test {

enum class KeyType : std::uint8_t {
  Rsa2048,
  Rsa3072,
  Rsa4096,
  P256,
  P384,
  P521,
  // From here on: keys that the Notary Project has no algorithm for.
  Rsa1024,
  RsaPss2048,
  P224,
  P256Explicit,  // curve parameters written out
  Secp256k1,
  Ed25519,
};

class Key {  // immutable, cheap to copy
 public:
  explicit Key(evp_pkey_st* key);  // takes it over

  // RSASSA-PSS with salt length and MGF1 hash equal to the hash, or ECDSA as r || s of fixed width;
  // the hash goes with the size of the key. Only for the six algorithms of the Notary Project.
  ByteVector sign(Bytes message) const;
  crypto::PublicKey public_key() const;
  ByteVector public_der() const;  // SubjectPublicKeyInfo
  std::string pem() const;        // PKCS #8, not encrypted
  evp_pkey_st* native() const { return key_.get(); }

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

Key new_key(KeyType = KeyType::P256);  // RSA takes long: prefer `key`
// A modulus of exactly so many bits, of which nobody knows the factors: for certificates of keys
// that are refused.
Key rsa_public_key(unsigned bits, std::uint64_t exponent = 65'537);
// The same key for the same arguments, made once a process.
Key key(KeyType, unsigned number = 0);

}  // namespace countersign::test
