// SPDX-License-Identifier: Apache-2.0
#include "countersign/trust/certificate_file.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::trust {
namespace {

using namespace test;

std::string der_text(const x509::Certificate& certificate) {
  return std::string(as_text(certificate.der()));
}

TEST(CertificateFile, ReadsPemAndDer) {
  const Signer leaf = make_leaf();
  const auto one = parse_certificate_file(as_bytes(leaf.pem()));
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, std::vector{leaf.certificate()});

  const auto chain = parse_certificate_file(as_bytes(leaf.chain_pem()));
  ASSERT_TRUE(chain);
  EXPECT_EQ(*chain, leaf.chain());

  const auto der = parse_certificate_file(leaf.certificate().der());
  ASSERT_TRUE(der);
  EXPECT_EQ(*der, std::vector{leaf.certificate()});

  const std::string commented = "Acme Root\r\n" + leaf.pem() + "\nend\n";
  EXPECT_TRUE(parse_certificate_file(as_bytes(commented)));
}

struct Bad {
  std::string_view name;
  std::string content;
};

TEST(CertificateFile, RefusesAnythingElse) {  // NV-S03, CRT-22
  const Signer root = make_root();
  const std::string good = root.pem();
  ByteVector junk{0x30, 0x03, 0x02, 0x01, 0x00};
  std::string ten;
  for (int i = 0; i < 9; ++i) {
    ten += good;
  }
  const Bad rows[] = {
      {"empty", ""},
      {"white space", "\n\n"},
      {"text", "hello\n"},
      {"private key", root.key().pem()},
      {"private key behind a certificate", good + root.key().pem()},
      {"private key before a certificate", root.key().pem() + good},
      {"old label", pem("X509 CERTIFICATE", root.certificate().der())},
      {"trusted certificate", pem("TRUSTED CERTIFICATE", root.certificate().der())},
      {"request", pem("CERTIFICATE REQUEST", junk)},
      {"PEM of junk", pem("CERTIFICATE", junk)},
      {"one bad of ten", ten + pem("CERTIFICATE", junk)},
      {"cut short", good.substr(0, good.size() / 2)},
      {"no end", good.substr(0, good.find("-----END"))},
      {"two DER certificates", der_text(root.certificate()) + der_text(root.certificate())},
      {"DER with a line break", der_text(root.certificate()) + "\n"},
      {"larger than the limit", good + std::string(1024 * 1024, '\n')},
  };
  for (const Bad& row : rows) {
    const auto certificates = parse_certificate_file(as_bytes(row.content));
    ASSERT_FALSE(certificates) << row.name;
    EXPECT_EQ(certificates.error().reason, Reason::BadConfig) << row.name;
  }
}

TEST(CertificateFile, LimitsTheNumberOfCertificates) {
  const Signer small = Signer::self_signed({.subject = "CN=a"});
  std::string pems;
  for (int i = 0; i < 1'000; ++i) {
    pems += small.pem();
  }
  EXPECT_TRUE(parse_certificate_file(as_bytes(pems)));
  EXPECT_FALSE(parse_certificate_file(as_bytes(pems + small.pem())));
}

}  // namespace
}  // namespace countersign::trust
