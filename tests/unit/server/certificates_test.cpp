// SPDX-License-Identifier: Apache-2.0
#include "server/certificates.h"

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::server {
namespace {

using countersign::test::make_root;
using countersign::test::Signer;
using countersign::test::tls_spec;

TEST(Certificates, AreReadInTheirOrder) {
  const auto leaf = make_root().issue(tls_spec());
  const auto read = read_certificates("a comment\n" + leaf.chain_pem() + leaf.key().pem(), 2);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(validity(read->front().get())->end, leaf.certificate().not_after());
  EXPECT_EQ(X509_check_ca(read->back().get()), 1);
}

TEST(Certificates, AreAllReadOrNone) {
  const auto good = Signer::self_signed(tls_spec()).pem();
  for (const auto& text :
       {std::string(), std::string("nonsense"), good + good, good.substr(0, good.size() / 2),
        good + good.substr(0, 100), Signer::self_signed(tls_spec()).key().pem()}) {
    const auto read = read_certificates(text, 1);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().reason, Reason::BadConfig);
    EXPECT_FALSE(read.error().detail.empty());
  }
  EXPECT_EQ(ERR_peek_error(), 0U);  // nothing is left for the next handshake to find
}

TEST(Certificates, HaveAValidity) {
  const auto spec = tls_spec();
  const auto read = read_certificates(Signer::self_signed(spec).pem(), 1);
  ASSERT_TRUE(read.has_value());
  const auto valid = validity(read->front().get());
  ASSERT_TRUE(valid.has_value());
  EXPECT_EQ(valid->begin, spec.not_before);
  EXPECT_EQ(valid->end, spec.not_after);
}

TEST(Certificates, AreForTheirAlternativeNames) {
  const auto read =
      read_certificates(Signer::self_signed(tls_spec("DNS:a.example,IP:192.0.2.1")).pem(), 1);
  ASSERT_TRUE(read.has_value());
  auto* const certificate = read->front().get();
  EXPECT_TRUE(is_for(certificate, "a.example"));
  EXPECT_TRUE(is_for(certificate, "192.0.2.1"));
  for (const auto* name : {"", "b.example", "192.0.2.2", "localhost", "a.example.", "::1"}) {
    EXPECT_FALSE(is_for(certificate, name)) << name;
  }
}

}  // namespace
}  // namespace countersign::server
