// SPDX-License-Identifier: Apache-2.0
// Private keys that are ours to sign with: of a client certificate, or of a signer of images.
#pragma once
#include <memory>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/crypto/digest.h"
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

// Immutable, cheap to copy, thread-safe; the numbers are wiped with the last copy. The text that it
// was read from is the caller's to wipe.
class PrivateKey {
 public:
  // The first block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY; certificates and text around it
  // are skipped. `reason` for a key that is encrypted, malformed, or can't sign; no detail quotes
  // the text.
  [[nodiscard]] static Result<PrivateKey> parse_pem(std::string_view text, Reason reason);
  // The same, for a key that may be encrypted: PKCS#8 (RFC 5958, 3), or the older form. `reason`,
  // too, for a passphrase that is not its own; for a key that is not encrypted it is not looked at.
  [[nodiscard]] static Result<PrivateKey> parse_pem(std::string_view text, const Secret& passphrase,
                                                    Reason reason);

  PublicKey public_key() const;
  bool belongs_to(const PublicKey&) const;
  bool can_sign(SignatureScheme) const;

  // The two mirror PublicKey's. First: an envelope's signature by the key's own algorithm,
  // RSASSA-PSS or r || s (PublicKey::verify); BadConfig when the Notary Project has none for it.
  [[nodiscard]] Result<ByteVector> sign(Bytes message) const;
  // Second: by a scheme that the protocol names; RSASSA-PSS with a salt as long as the hash, ECDSA
  // in DER (PublicKey::verifies). BadConfig when the key is of another kind.
  [[nodiscard]] Result<ByteVector> sign(SignatureScheme, HashAlgorithm, Bytes message) const;

 private:
  struct Impl;
  static Result<PrivateKey> read_pem(std::string_view text, const Secret* passphrase, Reason);
  explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace countersign::crypto
