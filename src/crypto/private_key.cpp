// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/private_key.h"

#include <limits>
#include <utility>

#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

#include "crypto/key_facts.h"
#include "crypto/signature.h"

namespace countersign::crypto {
namespace {

// Without it OpenSSL asks for the passphrase of an encrypted key on the terminal.
int note_passphrase(char*, int, int, void* wanted) {
  *static_cast<bool*>(wanted) = true;
  return -1;
}

// Not a share of the key, which would carry the private half along.
Result<PublicKey> public_half(EVP_PKEY* key, Reason reason) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  if (size <= 0) {
    return fail(reason, "the private key has no public half");
  }
  const OpensslBytes owner(encoded);
  return PublicKey::parse_der({encoded, static_cast<std::size_t>(size)}, reason);
}

}  // namespace

struct PrivateKey::Impl {
  KeyPtr key;
  KeyFacts facts;
  PublicKey public_key;
};

Result<PrivateKey> PrivateKey::parse_pem(std::string_view text, Reason reason) {
  const ErrorQueueGuard errors;
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return fail(reason, "the text is too long for a private key");
  }
  const BioPtr input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  bool encrypted = false;
  KeyPtr key(input ? PEM_read_bio_PrivateKey(input.get(), nullptr, note_passphrase, &encrypted)
                   : nullptr);
  if (key == nullptr) {
    return fail(reason, encrypted ? "the private key is encrypted; it has to be without passphrase"
                                  : "there is no private key in PEM");
  }
  KeyFacts facts = facts_of(key.get());
  if (facts.kind == KeyKind::Unusable) {
    return fail(reason, "a key of type " + facts.description + " can't sign");
  }
  TRY(auto half, public_half(key.get(), reason));
  return PrivateKey(
      std::make_shared<const Impl>(Impl{std::move(key), std::move(facts), std::move(half)}));
}

PublicKey PrivateKey::public_key() const { return impl_->public_key; }

bool PrivateKey::belongs_to(const PublicKey& key) const {
  const ErrorQueueGuard errors;
  return EVP_PKEY_eq(impl_->key.get(), key.native()) == 1;
}

bool PrivateKey::can_sign(SignatureScheme scheme) const { return suits(impl_->facts.kind, scheme); }

Result<ByteVector> PrivateKey::sign(Bytes message) const {
  const auto algorithm = impl_->facts.algorithm;
  if (!algorithm) {
    return fail(Reason::BadConfig,
                "no signature algorithm for a key of type " + impl_->facts.description);
  }
  if (impl_->facts.kind != KeyKind::Ec) {
    return sign(SignatureScheme::RsaPss, hash_of(*algorithm), message);
  }
  TRY(const auto encoded, sign(SignatureScheme::Ecdsa, hash_of(*algorithm), message));
  const auto bits = static_cast<std::size_t>(EVP_PKEY_get_bits(impl_->key.get()));
  return fixed_width_of_der(encoded, (bits + 7) / 8);
}

Result<ByteVector> PrivateKey::sign(SignatureScheme scheme, HashAlgorithm hash,
                                    Bytes message) const {
  const ErrorQueueGuard errors;
  if (!can_sign(scheme)) {
    return fail(Reason::BadConfig,
                "a key of type " + impl_->facts.description + " can't sign by that scheme");
  }
  return make_signature(impl_->key.get(), scheme, hash, message);
}

}  // namespace countersign::crypto
