// SPDX-License-Identifier: Apache-2.0
// Jws::verify.
#include <string>

#include "notation/jose_names.h"
#include "notation/jws.h"

namespace countersign::notation {
namespace {

using crypto::SignatureAlgorithm;

std::string_view jose_algorithm(SignatureAlgorithm);

}  // namespace

Result<JwsContent> Jws::verify(const crypto::PublicKey& key) const {
  const auto algorithm = key.algorithm();
  if (!algorithm) {
    return fail(Reason::CertificateProfile,
                "no signature algorithm for a key of type " + std::string(key.description()));
  }
  // Signature specification, "Signature Algorithm Requirements": the algorithm follows from the
  // signing certificate's key; the header may only agree.
  const std::string* named = header_.find_string(jose::kAlgorithm);
  if (named == nullptr || *named != jose_algorithm(*algorithm)) {
    return fail(Reason::EnvelopeInvalid,
                "the protected header does not name the algorithm of the signing key, " +
                    std::string(crypto::notation_name(*algorithm)));
  }
  TRY_VOID(key.verify(as_bytes(signing_input_), signature_));
  return JwsContent(header_, payload_);
}

namespace {

// RFC 7518, 3.1, as the signature envelope JWS specification lists them.
std::string_view jose_algorithm(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RsaPssSha256:
      return "PS256";
    case SignatureAlgorithm::RsaPssSha384:
      return "PS384";
    case SignatureAlgorithm::RsaPssSha512:
      return "PS512";
    case SignatureAlgorithm::EcdsaSha256:
      return "ES256";
    case SignatureAlgorithm::EcdsaSha384:
      return "ES384";
    case SignatureAlgorithm::EcdsaSha512:
      return "ES512";
  }
  return "\"";  // not reached; no key has it
}

}  // namespace
}  // namespace countersign::notation
