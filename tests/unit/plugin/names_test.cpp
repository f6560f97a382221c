// SPDX-License-Identifier: Apache-2.0
#include "plugin/names.h"

#include <gtest/gtest.h>

namespace countersign::plugin {
namespace {

TEST(Names, AreThoseOfTheSpecification) {
  using enum crypto::SignatureAlgorithm;
  struct Row {
    crypto::SignatureAlgorithm algorithm;
    const char *spec, *hash, *signing;
  };
  for (const auto& row : {Row{RsaPssSha256, "RSA-2048", "SHA-256", "RSASSA-PSS-SHA-256"},
                          {RsaPssSha384, "RSA-3072", "SHA-384", "RSASSA-PSS-SHA-384"},
                          {RsaPssSha512, "RSA-4096", "SHA-512", "RSASSA-PSS-SHA-512"},
                          {EcdsaSha256, "EC-256", "SHA-256", "ECDSA-SHA-256"},
                          {EcdsaSha384, "EC-384", "SHA-384", "ECDSA-SHA-384"},
                          {EcdsaSha512, "EC-521", "SHA-512", "ECDSA-SHA-512"}}) {
    EXPECT_EQ(key_spec(row.algorithm), row.spec);
    EXPECT_EQ(hash_name(row.algorithm), row.hash);
    EXPECT_EQ(crypto::notation_name(row.algorithm), row.signing);
    EXPECT_EQ(algorithm_of(row.spec), row.algorithm);
  }
  for (const auto* none : {"", "RSA-1024", "rsa-2048", "EC-512", "EC-256 "}) {
    EXPECT_EQ(algorithm_of(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace countersign::plugin
