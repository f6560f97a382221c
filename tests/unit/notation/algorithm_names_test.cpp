// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/algorithm_names.h"

#include <gtest/gtest.h>

namespace countersign::notation {
namespace {

// IANA "COSE Algorithms" and "JSON Web Signature and Encryption Algorithms".
TEST(AlgorithmNames, AreThoseOfTheRegistries) {
  using enum crypto::SignatureAlgorithm;
  const struct {
    crypto::SignatureAlgorithm algorithm;
    std::int64_t cose;
    std::string_view jose;
  } rows[] = {{RsaPssSha256, -37, "PS256"}, {RsaPssSha384, -38, "PS384"},
              {RsaPssSha512, -39, "PS512"}, {EcdsaSha256, -7, "ES256"},
              {EcdsaSha384, -35, "ES384"},  {EcdsaSha512, -36, "ES512"}};
  for (const auto& [algorithm, cose, jose] : rows) {
    EXPECT_EQ(cose_number(algorithm), cose);
    EXPECT_EQ(jose_name(algorithm), jose);
  }
}

}  // namespace
}  // namespace countersign::notation
