// SPDX-License-Identifier: Apache-2.0
// The certificates of a PKCS#12 file (RFC 7292) that nothing but the empty password protects, as
// Azure Key Vault hands them out.
#pragma once
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// In the order of the file, repeated ones too; may be none. Bags with private keys are passed over,
// never decrypted, and the file is wiped, whatever the result: hand over the only copy.
//
// Errors carry `reason`: a file that is not DER, larger than limits::kVaultSecretBytes, or damaged;
// a MAC that neither form of the empty password makes (then there is a real password), or none at
// all; more than limits::kVaultChain certificates; more rounds of key derivation than
// limits::kPkcs12Rounds; an encryption that is not 3DES, AES, or RC2. RC2, as old files have it,
// wants OpenSSL's legacy provider, and without it is such an error, too.
[[nodiscard]] Result<std::vector<Certificate>> read_pkcs12(ByteVector file, Reason reason);

}  // namespace countersign::x509
