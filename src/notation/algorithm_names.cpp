// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/algorithm_names.h"

namespace countersign::notation {

using crypto::SignatureAlgorithm;

std::int64_t cose_number(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RsaPssSha256:
      return -37;
    case SignatureAlgorithm::RsaPssSha384:
      return -38;
    case SignatureAlgorithm::RsaPssSha512:
      return -39;
    case SignatureAlgorithm::EcdsaSha256:
      return -7;
    case SignatureAlgorithm::EcdsaSha384:
      return -35;
    case SignatureAlgorithm::EcdsaSha512:
      return -36;
  }
  return 0;  // not reached; "reserved", which no envelope may name
}

std::string_view jose_name(SignatureAlgorithm algorithm) {
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

}  // namespace countersign::notation
