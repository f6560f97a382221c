// SPDX-License-Identifier: Apache-2.0
#include "server/tls.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::server {
namespace {

using countersign::test::Key;
using countersign::test::key;
using countersign::test::KeyType;
using countersign::test::Signer;
using countersign::test::tls_spec;

const countersign::test::FixedClock kClock;
const Time kNow = kClock.now();

std::string encrypted_pem(const Key& key) {
  const crypto::BioPtr bio(BIO_new(BIO_s_mem()));
  std::string password = "secret";
  EXPECT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.native(), EVP_aes_128_cbc(), password.data(),
                                    static_cast<int>(password.size()), nullptr, nullptr),
      1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class TlsTest : public testing::Test {
 protected:
  static TlsMaterial material(const std::string& certificate, const std::string& key_pem) {
    return {.certificate = certificate,
            .key = Secret(key_pem),
            .titles = {.certificate = "tls.crt", .key = "tls.key", .authorities = "ca.crt"}};
  }
  static Result<ServingPair> load(const std::string& certificate, const std::string& key_pem) {
    return load_serving_pair(material(certificate, key_pem), kClock);
  }
  static Result<ServingPair> load(const Signer& signer) {
    return load(signer.chain_pem(), signer.key().pem());
  }

  const Signer signer_ = Signer::self_signed(tls_spec());
};

TEST_F(TlsTest, LoadsTheUsualKeys) {
  for (const auto type : {KeyType::P256, KeyType::P384, KeyType::Rsa2048}) {
    const auto signer = Signer::self_signed(tls_spec(), key(type));
    const auto pair = load(signer.chain_pem(), signer.key().pem());
    ASSERT_TRUE(pair.has_value()) << static_cast<int>(type) << pair.error().detail;
    EXPECT_EQ(pair->not_after, signer.certificate().not_after());
  }
}

TEST_F(TlsTest, SendsTheWholeChain) {
  const auto leaf = countersign::test::make_root().issue(tls_spec());
  const auto pair = load(leaf.chain_pem(), leaf.key().pem());
  ASSERT_TRUE(pair.has_value()) << pair.error().detail;
  STACK_OF(X509)* above = nullptr;
  ASSERT_EQ(SSL_CTX_get0_chain_certs(pair->context.get(), &above), 1);
  EXPECT_EQ(sk_X509_num(above), 1);
}

TEST_F(TlsTest, RefusesWhatCanNotServe) {
  struct Row {
    std::string name;
    std::string certificate, key_pem;
    std::string blamed;  // the part that the error names
  };
  const auto good = signer_.chain_pem();
  const auto good_key = signer_.key().pem();
  const auto weak = key(KeyType::Rsa1024);
  auto old = tls_spec();
  old.not_after = kNow - std::chrono::seconds(1);
  const auto expired = Signer::self_signed(old);
  auto young = tls_spec();
  young.not_before = kNow + std::chrono::minutes(5);
  const auto future = Signer::self_signed(young);
  std::string endless;
  for (int copy = 0; copy < 11; ++copy) {
    endless += good;
  }
  const std::vector<Row> rows{
      {"empty certificate", "", good_key, "tls.crt"},
      {"no PEM", "nonsense", good_key, "tls.crt"},
      {"half a certificate", good.substr(0, good.size() / 2), good_key, "tls.crt"},
      {"half of the second", good + good.substr(0, good.size() / 2), good_key, "tls.crt"},
      {"a key for a certificate", good_key, good_key, "tls.crt"},
      {"empty key", good, "", "tls.key"},
      {"half a key", good, good_key.substr(0, good_key.size() / 2), "tls.key"},
      {"another key", good, key(KeyType::P256, 7).pem(), "tls.key"},
      {"another type of key", good, key(KeyType::Rsa2048).pem(), "tls.key"},
      {"an encrypted key", good, encrypted_pem(signer_.key()), "tls.key"},
      {"a weak key", countersign::test::pem("CERTIFICATE", self_signed_der(tls_spec(), weak)),
       weak.pem(), "tls.crt"},
      {"an expired certificate", expired.chain_pem(), expired.key().pem(), "tls.crt"},
      {"a certificate of tomorrow", future.chain_pem(), future.key().pem(), "tls.crt"},
      {"an endless chain", endless, good_key, "tls.crt"},
  };
  for (const auto& row : rows) {
    const auto pair = load(row.certificate, row.key_pem);
    ASSERT_FALSE(pair.has_value()) << row.name;
    EXPECT_EQ(pair.error().reason, Reason::BadConfig) << row.name;
    EXPECT_NE(pair.error().detail.find(row.blamed), std::string::npos)
        << row.name << ": " << pair.error().detail;
  }
}

TEST_F(TlsTest, NeverShowsTheKey) {
  const auto key_pem = key(KeyType::P256, 7).pem();
  const auto pair = load(signer_.chain_pem(), key_pem);
  ASSERT_FALSE(pair.has_value());
  EXPECT_EQ(pair.error().detail.find(key_pem.substr(40, 16)), std::string::npos);
}

TEST_F(TlsTest, DemandsTheNamesThatAreExpected) {  // AW-86
  struct Row {
    std::string in_certificate;
    std::vector<std::string> expected;
    bool serves;
  };
  const std::string service = "countersign.security.svc";
  for (const auto& row : std::vector<Row>{
           {"DNS:countersign.security.svc", {service}, true},
           {"DNS:COUNTERSIGN.security.svc", {service}, true},
           {"DNS:*.security.svc", {service}, true},
           {"DNS:countersign.security.svc,IP:192.0.2.1,IP:2001:db8::1",
            {service, "192.0.2.1", "2001:db8::1"},
            true},
           {"DNS:countersign.security", {service}, false},
           {"DNS:c*.security.svc", {service}, false},
           {"DNS:*.svc", {service}, false},
           {"DNS:countersign.security.svc", {service, "countersign.security"}, false},
           {"DNS:192.0.2.1", {"192.0.2.1"}, false},
           {"URI:https://countersign.security.svc", {service}, false},
           {"", {"localhost"}, false},  // the common name does not count
       }) {
    const auto signer = Signer::self_signed(tls_spec(row.in_certificate));
    auto shown = material(signer.chain_pem(), signer.key().pem());
    shown.expected_names = row.expected;
    const auto pair = load_serving_pair(shown, kClock);
    EXPECT_EQ(pair.has_value(), row.serves) << row.in_certificate;
    if (!pair) {
      EXPECT_EQ(pair.error().reason, Reason::BadConfig);
      EXPECT_NE(pair.error().detail.find(row.expected.back()), std::string::npos);
    }
  }
}

TEST_F(TlsTest, ToleratesAnIssuerWhoseClockIsAhead) {
  auto spec = tls_spec();
  spec.not_before = kNow + std::chrono::seconds(60);
  EXPECT_TRUE(load(Signer::self_signed(spec)).has_value());
}

TEST_F(TlsTest, RefusesRulesForClientsThatNobodyCouldMeet) {
  const auto authority = countersign::test::make_root();
  const auto rules = [&](const std::string& authorities, std::vector<std::string> names) {
    auto shown = material(signer_.chain_pem(), signer_.key().pem());
    shown.clients = ClientRules{authorities, std::move(names)};
    return load_serving_pair(shown, kClock);
  };
  EXPECT_TRUE(rules(authority.pem(), {"kube-apiserver"}).has_value());
  EXPECT_TRUE(
      rules(authority.pem() + countersign::test::make_root().pem(), {"a", "b"}).has_value());
  for (const auto& broken :
       {rules(authority.pem(), {}), rules("", {"a"}), rules("nonsense", {"a"}),
        rules(authority.pem() + authority.pem().substr(0, 200), {"a"}),
        rules(signer_.pem(), {"a"})}) {  // a serving certificate is no authority
    ASSERT_FALSE(broken.has_value());
    EXPECT_EQ(broken.error().reason, Reason::BadConfig);
    EXPECT_NE(broken.error().detail.find("ca.crt"), std::string::npos) << broken.error().detail;
  }
}

TEST_F(TlsTest, AcceptsACertificateUntilItsLastSecond) {
  auto spec = tls_spec();
  spec.not_after = kNow;
  const auto signer = Signer::self_signed(spec);
  EXPECT_TRUE(load(signer.chain_pem(), signer.key().pem()).has_value());
}

TEST_F(TlsTest, GivesNewConnectionsTheNewPair) {
  auto first = load(signer_.chain_pem(), signer_.key().pem());
  ASSERT_TRUE(first.has_value());
  TlsSlot slot(std::move(*first));
  const auto early = slot.new_connection();
  ASSERT_TRUE(early);

  auto spec = tls_spec();
  spec.not_after = kNow + std::chrono::hours(1);
  const auto signer = Signer::self_signed(spec);
  auto second = load(signer.chain_pem(), signer.key().pem());
  ASSERT_TRUE(second.has_value());
  slot.replace(std::move(*second));
  EXPECT_EQ(slot.not_after(), spec.not_after);
  const auto late = slot.new_connection();
  EXPECT_NE(X509_cmp(SSL_get_certificate(early.get()), SSL_get_certificate(late.get())), 0);
}

}  // namespace
}  // namespace countersign::server
