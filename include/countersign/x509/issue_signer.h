// SPDX-License-Identifier: Apache-2.0
// Certificates of signers and of timestamp authorities, for tests and demonstrations, as the
// profile wants them (x509/profile.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/crypto/public_key.h"
#include "countersign/x509/issue.h"
#include "countersign/x509/profile.h"
#include "countersign/x509/subject.h"

namespace countersign::x509 {

// SelfSigned: one certificate, which has to be trusted itself. UnderRoot: under an intermediate CA
// and a root, which has to be trusted; their keys are forgotten, so that nobody can issue more.
enum class Lineage : std::uint8_t { SelfSigned, UnderRoot };

struct SignerWish {
  Subject subject;
  Purpose purpose = Purpose::CodeSigning;
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::EcdsaSha256;  // of all keys
  Lineage lineage = Lineage::SelfSigned;
  Term term;  // of all certificates
};

struct IssuedSigner {
  Secret key;                      // PEM, PKCS #8, without a passphrase
  std::vector<std::string> chain;  // PEM, each; leaf first, complete
  Chain certificates;              // the same
};

// What comes out was held against check_profile(). Reason::Internal: OpenSSL refuses, or the
// profile does.
[[nodiscard]] Result<IssuedSigner> issue_signer(const SignerWish&);

}  // namespace countersign::x509
