// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/issue.h"

#include <set>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "countersign/base/limits.h"
#include "countersign/codec/pem.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/crypto/private_key.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {
namespace {

using std::chrono::hours;

const Time kNow = codec::parse_rfc3339("2026-03-01T12:00:00Z", Reason::Internal).value();
const std::vector<std::string> kNames{"countersign.countersign.svc",
                                      "countersign.countersign.svc.cluster.local"};

Certificate read(const KeyedCertificate& pair) {
  const auto blocks = codec::parse_pem(pair.certificate, "CERTIFICATE", codec::OtherBlocks::Refuse,
                                       Reason::Internal);
  return Certificate::parse_der(blocks->front().content, Reason::Internal).value();
}

crypto::X509Ptr native(const KeyedCertificate& pair) {
  const crypto::BioPtr bio(
      BIO_new_mem_buf(pair.certificate.data(), static_cast<int>(pair.certificate.size())));
  return crypto::X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyedCertificate authority(hours life = hours(24 * 365)) {
  return issue_authority("test authority", {kNow, life}).value();
}

// As a TLS client does that knows the authority alone: X509_V_OK, or another code.
int verify(const KeyedCertificate& leaf, const KeyedCertificate& root, const char* host, Time at) {
  const crypto::OpensslPtr<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  const auto anchor = native(root);
  X509_STORE_add_cert(store.get(), anchor.get());
  const crypto::OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  const auto certificate = native(leaf);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  auto* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set1_host(parameters, host, 0);
  X509_VERIFY_PARAM_set_time(parameters, at.time_since_epoch().count());
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(Issue, AnAuthorityIssuesAServingCertificate) {
  const auto root = authority();
  const auto leaf = issue_serving(kNames, {kNow, hours(24)}, root);
  ASSERT_TRUE(leaf);
  for (const auto& name : kNames) {
    EXPECT_EQ(verify(*leaf, root, name.c_str(), kNow), X509_V_OK) << name;
  }
  EXPECT_EQ(verify(*leaf, root, "countersign.other.svc", kNow), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verify(*leaf, root, kNames.front().c_str(), kNow + hours(25)),
            X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_NE(verify(*leaf, authority(), kNames.front().c_str(), kNow), X509_V_OK)
      << "another authority of the same name";
}

TEST(Issue, TheAuthorityMayDoNothingElse) {
  const auto root = read(authority());
  EXPECT_EQ(root.subject(), "CN=test authority");
  EXPECT_TRUE(root.self_signed());
  ASSERT_TRUE(root.basic_constraints());
  EXPECT_TRUE(root.basic_constraints()->ca);
  EXPECT_EQ(root.basic_constraints()->path_length, 0);
  EXPECT_EQ(root.basic_constraints()->criticality, Criticality::Critical);
  ASSERT_TRUE(root.key_usage());
  EXPECT_EQ(root.key_usage()->bits, static_cast<std::uint16_t>(KeyUsageBit::KeyCertSign) |
                                        static_cast<std::uint16_t>(KeyUsageBit::CrlSign));
  EXPECT_EQ(root.key_usage()->criticality, Criticality::Critical);
  EXPECT_FALSE(root.extended_key_usage());
}

TEST(Issue, TheLeafServesAndNothingElse) {
  const auto root = authority();
  const auto leaf = read(issue_serving(kNames, {kNow, hours(24)}, root).value());
  EXPECT_EQ(leaf.subject(), "CN=countersign.countersign.svc");
  EXPECT_TRUE(leaf.issued_by(read(root)));
  EXPECT_FALSE(leaf.basic_constraints()->ca);
  EXPECT_EQ(leaf.key_usage()->bits, static_cast<std::uint16_t>(KeyUsageBit::DigitalSignature));
  EXPECT_EQ(leaf.extended_key_usage()->purposes, std::vector<std::string>{"1.3.6.1.5.5.7.3.1"});
  EXPECT_EQ(leaf.signature_strength(), SignatureStrength::Strong);
}

TEST(Issue, BeginsEarlyAndEndsWithItsAuthority) {
  const auto root = authority(hours(48));
  EXPECT_EQ(read(root).not_before(), kNow - limits::kCertificateBackdate);
  EXPECT_EQ(read(root).not_after(), kNow + hours(48));
  const auto end_of = [&root](hours life) {
    return read(issue_serving(kNames, {kNow, life}, root).value()).not_after();
  };
  EXPECT_EQ(end_of(hours(24)), kNow + hours(24));
  EXPECT_EQ(end_of(hours(72)), kNow + hours(48));
}

TEST(Issue, KeysAndSerialsAreOfOneCertificateAlone) {
  const auto root = authority();
  std::set<std::string> serials;
  std::set<std::string> keys;
  for (int each = 0; each < 20; ++each) {
    const auto leaf = issue_serving(kNames, {kNow, hours(1)}, root).value();
    const auto certificate = read(leaf);
    const auto key = crypto::PrivateKey::parse_pem(leaf.key.reveal(), Reason::Internal);
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->belongs_to(certificate.public_key()));
    EXPECT_LE(certificate.serial().size(), 40U);
    EXPECT_NE(certificate.serial().front(), '-');
    serials.insert(certificate.serial());
    keys.insert(leaf.key.reveal());
  }
  EXPECT_EQ(serials.size(), 20U);
  EXPECT_EQ(keys.size(), 20U);
}

TEST(Issue, RefusesWhatIsNoName) {
  const auto root = authority();
  for (const std::string name :
       {"", "a b", "a,IP:127.0.0.1", "*.svc", "a..b", ".a", "a.", "-a", "A", "10.0.0.1/8", "a_b"}) {
    const auto leaf = issue_serving({"good.svc", name}, {kNow, hours(1)}, root);
    ASSERT_FALSE(leaf) << name;
    EXPECT_EQ(leaf.error().reason, Reason::BadConfig) << name;
  }
  EXPECT_EQ(issue_serving({}, {kNow, hours(1)}, root).error().reason, Reason::BadConfig);
  EXPECT_EQ(issue_authority("", {kNow, hours(1)}).error().reason, Reason::Internal);
  EXPECT_EQ(issue_authority(std::string(65, 'a'), {kNow, hours(1)}).error().reason,
            Reason::Internal);
  EXPECT_TRUE(is_dns_name(std::string(63, 'a') + ".svc"));
  EXPECT_FALSE(is_dns_name(std::string(64, 'a') + ".svc"));
}

TEST(Issue, ALongNameIsInTheNamesAlone) {
  const auto root = authority();
  const std::string name = std::string(60, 'a') + ".countersign.svc";
  const auto leaf = issue_serving({name}, {kNow, hours(1)}, root).value();
  EXPECT_EQ(read(leaf).subject(), "CN=countersign");
  EXPECT_EQ(verify(leaf, root, name.c_str(), kNow), X509_V_OK);
}

TEST(Issue, NeedsAnAuthorityWithItsKey) {
  const auto root = authority();
  const auto leaf = issue_serving(kNames, {kNow, hours(1)}, root).value();
  for (const auto& issuer :
       {KeyedCertificate{}, KeyedCertificate{root.certificate, leaf.key},
        KeyedCertificate{"x", root.key}, KeyedCertificate{root.certificate, Secret("x")}, leaf}) {
    EXPECT_EQ(issue_serving(kNames, {kNow, hours(1)}, issuer).error().reason, Reason::BadConfig);
  }
}

}  // namespace
}  // namespace countersign::x509
