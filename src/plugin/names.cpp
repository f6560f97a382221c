// SPDX-License-Identifier: Apache-2.0
#include "plugin/names.h"

#include <array>

namespace countersign::plugin {

// Signature specification, "Algorithm Selection".
std::string_view key_spec(crypto::SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case crypto::SignatureAlgorithm::RsaPssSha256:
      return "RSA-2048";
    case crypto::SignatureAlgorithm::RsaPssSha384:
      return "RSA-3072";
    case crypto::SignatureAlgorithm::RsaPssSha512:
      return "RSA-4096";
    case crypto::SignatureAlgorithm::EcdsaSha256:
      return "EC-256";
    case crypto::SignatureAlgorithm::EcdsaSha384:
      return "EC-384";
    case crypto::SignatureAlgorithm::EcdsaSha512:
      return "EC-521";
  }
  return "";
}

std::string_view hash_name(crypto::SignatureAlgorithm algorithm) {
  switch (crypto::hash_of(algorithm)) {
    case crypto::HashAlgorithm::Sha256:
      return "SHA-256";
    case crypto::HashAlgorithm::Sha384:
      return "SHA-384";
    case crypto::HashAlgorithm::Sha512:
      return "SHA-512";
  }
  return "";
}

std::optional<crypto::SignatureAlgorithm> algorithm_of(std::string_view spec) {
  using enum crypto::SignatureAlgorithm;
  for (const auto each :
       {RsaPssSha256, RsaPssSha384, RsaPssSha512, EcdsaSha256, EcdsaSha384, EcdsaSha512}) {
    if (key_spec(each) == spec) {
      return each;
    }
  }
  return std::nullopt;
}

}  // namespace countersign::plugin
