// SPDX-License-Identifier: Apache-2.0
// Keys of Azure Key Vault: the public half, and signing with the private half, which never leaves
// the vault.
#pragma once
#include <string>
#include <string_view>

#include "countersign/azure/key_vault.h"
#include "countersign/crypto/public_key.h"
#include "countersign/x509/certificate.h"

namespace countersign::azure {

struct VaultKey {
  std::string id;  // "https://kv.vault.azure.net/keys/signer/0123...": the version that it is
  crypto::PublicKey key;
};

// The answer to GET /keys/NAME/VERSION (a JWK in "key"): RSA and RSA-HSM of 2048, 3072 and 4096
// bits, EC and EC-HSM on P-256, P-384, P-521; coordinates of exactly the curve's length. Anything
// else, oct and P-256K among it, is BadConfig.
[[nodiscard]] Result<VaultKey> parse_vault_key(std::string_view json);

// A version of a key, and the certificates that vouch for it: one answer of the vault names both,
// so that a rotation can't come between them.
struct CertifiedKey {
  VaultKey key;  // of the first certificate
  // Read::Certificates: that one alone. Read::Secrets: all that the secret has, each once, the
  // signer's first when they are one chain, which is not checked here.
  x509::Chain certificates;
};

// One vault. All borrowed.
class VaultSigner {
 public:
  VaultSigner(Vault, std::string audience, TokenKeeper&, net::HttpTransport&);

  // An empty version: the newest. BadConfig when it is disabled, not there, or can't sign.
  [[nodiscard]] Result<VaultKey> find(std::string_view name, std::string_view version,
                                      Deadline) const;
  // The same without the right to read keys: out of the certificate of that name
  // (certificates/get), or its secret (secrets/get), where private keys are overwritten as
  // key_vault.h says. BadConfig when it is not there, disabled or outside its time at `now`, and
  // for a secret that belongs to no certificate.
  [[nodiscard]] Result<CertifiedKey> find_certified(KeyVaultSettings::Read, std::string_view name,
                                                    std::string_view version, Time now,
                                                    Deadline) const;
  // The envelope's signature of `message` by the key's own algorithm (crypto/public_key.h),
  // RSASSA-PSS or r || s. It is verified here before it is handed out: SignatureInvalid for another
  // key's, for DER, for a signature of another size; KeyVaultDenied, KeyVaultUnavailable.
  [[nodiscard]] Result<ByteVector> sign(const VaultKey&, Bytes message, Deadline) const;

 private:
  Vault vault_;
  std::string audience_;
  TokenKeeper& keeper_;
  net::HttpTransport& http_;
};

}  // namespace countersign::azure
