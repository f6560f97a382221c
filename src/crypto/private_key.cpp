// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/private_key.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

#include "crypto/key_facts.h"
#include "crypto/signature.h"

namespace countersign::crypto {
namespace {

// Reading of one key.
struct Reading {
  const Secret* passphrase = nullptr;  // null for none
  bool asked_for_it = false;
};

// Without it OpenSSL asks for the passphrase of an encrypted key on the terminal. The buffer is
// OpenSSL's, which wipes it.
int give_passphrase(char* buffer, int size, int, void* reading_of_key) {
  auto& reading = *static_cast<Reading*>(reading_of_key);
  reading.asked_for_it = true;
  if (reading.passphrase == nullptr ||
      std::cmp_greater(reading.passphrase->reveal().size(), size)) {
    return -1;
  }
  const std::string& text = reading.passphrase->reveal();
  std::ranges::copy(text, buffer);
  return static_cast<int>(text.size());
}

std::string_view why_unread(const Reading& reading) {
  if (!reading.asked_for_it) {
    return "there is no private key in PEM";
  }
  return reading.passphrase == nullptr
             ? "the private key is encrypted, and there is no passphrase for it"
             : "the passphrase does not open the private key";
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
  return read_pem(text, nullptr, reason);
}

Result<PrivateKey> PrivateKey::parse_pem(std::string_view text, const Secret& passphrase,
                                         Reason reason) {
  return read_pem(text, &passphrase, reason);
}

Result<PrivateKey> PrivateKey::read_pem(std::string_view text, const Secret* passphrase,
                                        Reason reason) {
  const ErrorQueueGuard errors;
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return fail(reason, "the text is too long for a private key");
  }
  const BioPtr input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Reading reading{.passphrase = passphrase};
  KeyPtr key(input ? PEM_read_bio_PrivateKey(input.get(), nullptr, give_passphrase, &reading)
                   : nullptr);
  if (key == nullptr) {
    return fail(reason, std::string(why_unread(reading)));
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
