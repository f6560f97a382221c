// SPDX-License-Identifier: Apache-2.0
#include "support/key.h"

#include <map>
#include <mutex>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"

namespace countersign::test {
namespace {

using crypto::BignumPtr;
using crypto::KeyPtr;

KeyPtr rsa_key(const char* type, std::size_t bits) {
  KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  demand(key != nullptr, "RSA key");
  if (std::string_view(type) == "RSA") {
    return key;
  }
  // The same numbers under the other object identifier: id-RSASSA-PSS.
  OSSL_PARAM* read = nullptr;
  demand(EVP_PKEY_todata(key.get(), EVP_PKEY_KEYPAIR, &read) == 1, "RSA numbers");
  const crypto::OpensslPtr<OSSL_PARAM, OSSL_PARAM_free> numbers(read);
  const crypto::KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  demand(EVP_PKEY_fromdata_init(context.get()) == 1 &&
             EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, numbers.get()) == 1,
         "RSASSA-PSS key");
  return KeyPtr(made);
}

KeyPtr ec_key(const char* curve, const char* encoding = OSSL_PKEY_EC_ENCODING_GROUP) {
  const crypto::KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* made = nullptr;
  demand(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1 &&
             EVP_PKEY_CTX_set_group_name(context.get(), curve) == 1 &&
             EVP_PKEY_generate(context.get(), &made) == 1 &&
             EVP_PKEY_set_utf8_string_param(made, OSSL_PKEY_PARAM_EC_ENCODING, encoding) == 1,
         "EC key");
  return KeyPtr(made);
}

KeyPtr generate(KeyType type) {
  switch (type) {
    case KeyType::Rsa2048:
      return rsa_key("RSA", 2048);
    case KeyType::Rsa3072:
      return rsa_key("RSA", 3072);
    case KeyType::Rsa4096:
      return rsa_key("RSA", 4096);
    case KeyType::P256:
      return ec_key("P-256");
    case KeyType::P384:
      return ec_key("P-384");
    case KeyType::P521:
      return ec_key("P-521");
    case KeyType::Rsa1024:
      return rsa_key("RSA", 1024);
    case KeyType::RsaPss2048:
      return rsa_key("RSA-PSS", 2048);
    case KeyType::P224:
      return ec_key("P-224");
    case KeyType::P256Explicit:
      return ec_key("P-256", OSSL_PKEY_EC_ENCODING_EXPLICIT);
    case KeyType::Secp256k1:
      return ec_key("secp256k1");
    case KeyType::Ed25519:
      return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  give_up("unknown key type");
}

const EVP_MD* digest_of(crypto::HashAlgorithm algorithm) {
  switch (algorithm) {
    case crypto::HashAlgorithm::Sha256:
      return EVP_sha256();
    case crypto::HashAlgorithm::Sha384:
      return EVP_sha384();
    case crypto::HashAlgorithm::Sha512:
      return EVP_sha512();
  }
  give_up("unknown hash");
}

ByteVector fixed_width(const ByteVector& der, int width) {
  const unsigned char* next = der.data();
  const crypto::EcdsaSigPtr pair(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(der.size())));
  demand(pair != nullptr, "ECDSA signature");
  ByteVector out(2 * static_cast<std::size_t>(width));
  demand(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), width) == width &&
             BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + width, width) == width,
         "ECDSA signature");
  return out;
}

}  // namespace

Key::Key(evp_pkey_st* key) : key_(key, EVP_PKEY_free) { demand(key != nullptr, "key"); }

ByteVector Key::sign(Bytes message) const {
  const auto algorithm = public_key().algorithm();
  demand(algorithm.has_value(), "a key without an algorithm can't sign");
  const EVP_MD* const digest = digest_of(crypto::hash_of(*algorithm));
  const crypto::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  demand(EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, native()) == 1, "sign");
  const bool rsa = EVP_PKEY_is_a(native(), "RSA") == 1;
  if (rsa) {
    demand(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
           "sign");
  }
  std::size_t size = 0;
  demand(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1,
         "sign");
  ByteVector signature(size);
  demand(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
      "sign");
  signature.resize(size);
  return rsa ? signature : fixed_width(signature, (EVP_PKEY_get_bits(native()) + 7) / 8);
}

crypto::PublicKey Key::public_key() const { return crypto::PublicKey::share(native()); }

ByteVector Key::public_der() const { return encode<EVP_PKEY, i2d_PUBKEY>(native()); }

std::string Key::pem() const {
  const crypto::BioPtr out(BIO_new(BIO_s_mem()));
  demand(PEM_write_bio_PKCS8PrivateKey(out.get(), native(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1,
         "PEM of a key");
  return drain(out.get());
}

Key new_key(KeyType type) { return Key(generate(type).release()); }

Key rsa_public_key(unsigned bits, std::uint64_t exponent) {
  const BignumPtr modulus(BN_new());
  demand(BN_set_bit(modulus.get(), static_cast<int>(bits) - 1) == 1 &&
             BN_set_bit(modulus.get(), 0) == 1,
         "modulus");
  const crypto::OpensslPtr<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  demand(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
             OSSL_PARAM_BLD_push_uint64(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) == 1,
         "RSA numbers");
  const crypto::OpensslPtr<OSSL_PARAM, OSSL_PARAM_free> numbers(
      OSSL_PARAM_BLD_to_param(builder.get()));
  const crypto::KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  demand(EVP_PKEY_fromdata_init(context.get()) == 1 &&
             EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, numbers.get()) == 1,
         "RSA public key");
  return Key(made);
}

Key key(KeyType type, unsigned number) {
  static std::mutex mutex;
  static std::map<std::pair<KeyType, unsigned>, Key> keys;
  const std::scoped_lock lock(mutex);
  const auto found = keys.find({type, number});
  return found != keys.end() ? found->second
                             : keys.emplace(std::pair(type, number), new_key(type)).first->second;
}

}  // namespace countersign::test
