// SPDX-License-Identifier: Apache-2.0
#include "x509/certificate_builder.h"

#include <gtest/gtest.h>

#include "countersign/codec/rfc3339.h"

namespace countersign::x509 {
namespace {

const Time kNow = codec::parse_rfc3339("2026-03-01T12:00:00Z", Reason::Internal).value();

TEST(CertificateBuilder, ABlankHasTimesKeyAndNumber) {
  const auto key = new_key(crypto::SignatureAlgorithm::EcdsaSha384).value();
  const auto certificate = blank(key.key.get(), kNow, kNow + std::chrono::hours(1));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(X509_get_version(certificate.get()), X509_VERSION_3);
  EXPECT_EQ(X509_check_private_key(certificate.get(), key.key.get()), 1);
  EXPECT_EQ(end_of(certificate.get()), kNow + std::chrono::hours(1));
  EXPECT_FALSE(blank(nullptr, kNow, kNow));
}

TEST(CertificateBuilder, SignsWithTheHashOfTheIssuersKey) {
  const std::pair<crypto::SignatureAlgorithm, int> rows[] = {
      {crypto::SignatureAlgorithm::EcdsaSha256, NID_sha256},
      {crypto::SignatureAlgorithm::EcdsaSha384, NID_sha384},
      {crypto::SignatureAlgorithm::EcdsaSha512, NID_sha512}};
  for (const auto& [algorithm, hash] : rows) {
    const auto key = new_key(algorithm).value();
    const auto certificate = blank(key.key.get(), kNow, kNow);
    ASSERT_TRUE(sign(certificate.get(), key.key.get()));
    int used = 0;
    X509_get_signature_info(certificate.get(), &used, nullptr, nullptr, nullptr);
    EXPECT_EQ(used, hash);
  }
}

TEST(CertificateBuilder, RefusesAnExtensionThatOpensslDoesNotKnow) {
  const auto key = new_key(crypto::SignatureAlgorithm::EcdsaSha256).value();
  const auto certificate = blank(key.key.get(), kNow, kNow);
  EXPECT_FALSE(extend(certificate.get(), certificate.get(), {{NID_basic_constraints, "CA:MAYBE"}}));
}

}  // namespace
}  // namespace countersign::x509
