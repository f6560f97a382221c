// SPDX-License-Identifier: Apache-2.0
// Jws::verify.
#include <string>

#include "countersign/notation/algorithm_names.h"
#include "countersign/notation/jose_names.h"

#include "notation/jws.h"

namespace countersign::notation {

Result<JwsContent> Jws::verify(const crypto::PublicKey& key) const {
  const auto algorithm = key.algorithm();
  if (!algorithm) {
    return fail(Reason::CertificateProfile,
                "no signature algorithm for a key of type " + std::string(key.description()));
  }
  // Signature specification, "Signature Algorithm Requirements": the algorithm follows from the
  // signing certificate's key; the header may only agree.
  const std::string* named = header_.find_string(jose::kAlgorithm);
  if (named == nullptr || *named != jose_name(*algorithm)) {
    return fail(Reason::EnvelopeInvalid,
                "the protected header does not name the algorithm of the signing key, " +
                    std::string(crypto::notation_name(*algorithm)));
  }
  TRY_VOID(key.verify(as_bytes(signing_input_), signature_));
  return JwsContent(header_, payload_);
}

}  // namespace countersign::notation
