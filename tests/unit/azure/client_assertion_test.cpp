// SPDX-License-Identifier: Apache-2.0
#include "azure/client_assertion.h"

#include <set>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/crypto/digest.h"

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::azure {
namespace {

using codec::Json;
using test::KeyType;

const Time kNow = test::FixedClock().now();
const AssertionParties kParties{"client-1", "https://login/t/oauth2/v2.0/token"};

test::Signer signer(KeyType type = KeyType::Rsa2048) {
  return test::make_key_vault_signer(test::key(type));
}

Json part(std::string_view jwt, int index) {
  for (; index > 0; --index) {
    jwt.remove_prefix(jwt.find('.') + 1);
  }
  const auto bytes =
      codec::decode_base64url(jwt.substr(0, jwt.find('.')), Reason::Internal).value();
  return Json::parse(as_text(bytes), {.bytes = 10'000}, Reason::Internal).value();
}

TEST(ClientAssertion, SaysWhatEntraWants) {
  for (const auto type : {KeyType::Rsa2048, KeyType::Rsa3072}) {
    const auto who = signer(type);
    const auto identity = ClientCertificate::parse_pem(who.key().pem() + who.pem(), kNow).value();
    const auto made = make_client_assertion(identity, kParties, kNow);
    ASSERT_TRUE(made) << made.error().detail;
    const std::string_view jwt = made->reveal();

    const auto header = part(jwt, 0);
    EXPECT_EQ(header.members().size(), 3U);
    EXPECT_EQ(*header.find_string("alg"), "PS256");
    EXPECT_EQ(*header.find_string("typ"), "JWT");
    EXPECT_EQ(*header.find_string("x5t#S256"),
              codec::encode_base64url(crypto::sha256(who.certificate().der())));

    const auto claims = part(jwt, 1);
    const auto now = kNow.time_since_epoch().count();
    EXPECT_EQ(claims.members().size(), 7U);
    EXPECT_EQ(*claims.find_string("aud"), kParties.endpoint);
    EXPECT_EQ(*claims.find_string("iss"), "client-1");
    EXPECT_EQ(*claims.find_string("sub"), "client-1");
    EXPECT_EQ(claims.find_string("jti")->size(), 36U);
    EXPECT_EQ(claims.find("nbf")->integer(), now - limits::kAssertionSkew.count());
    EXPECT_EQ(claims.find("iat")->integer(), now);
    EXPECT_EQ(claims.find("exp")->integer(), now + limits::kAssertionLife.count());

    const auto dot = jwt.rfind('.');
    const auto signature = codec::decode_base64url(jwt.substr(dot + 1), Reason::Internal).value();
    EXPECT_TRUE(who.certificate().public_key().verifies(crypto::SignatureScheme::RsaPss,
                                                        crypto::HashAlgorithm::Sha256,
                                                        as_bytes(jwt.substr(0, dot)), signature));
  }
}

TEST(ClientAssertion, IsNeverTheSameTwice) {
  const auto who = signer();
  const auto identity = ClientCertificate::parse_pem(who.key().pem() + who.pem(), kNow).value();
  std::set<std::string> ids;
  for (int count = 0; count < 3; ++count) {
    const auto jwt = make_client_assertion(identity, kParties, kNow).value();
    ids.insert(*part(jwt.reveal(), 1).find_string("jti"));
  }
  EXPECT_EQ(ids.size(), 3U);
}

TEST(ClientCertificate, IsTheOneOfItsKey) {
  const auto root = test::make_root();
  const auto leaf = root.issue(test::leaf_spec(), test::key(KeyType::Rsa2048));
  for (const auto& text : {leaf.key().pem() + leaf.chain_pem(), leaf.chain_pem() + leaf.key().pem(),
                           root.pem() + leaf.key().pem() + "text\n" + leaf.pem()}) {
    const auto read = ClientCertificate::parse_pem(text, kNow);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->certificate, leaf.certificate());
  }
}

TEST(ClientCertificate, IsRefusedWhenItCannotServe) {
  using std::chrono::seconds;
  const auto who = signer();
  auto old = test::key_vault_spec();
  old.not_after = kNow - seconds(1);
  auto early = test::key_vault_spec();
  early.not_before = kNow + seconds(1);
  const auto elliptic = signer(KeyType::P256);
  const auto with = [](const test::CertificateSpec& spec) {
    const auto made = test::Signer::self_signed(spec, test::key(KeyType::Rsa2048));
    return made.key().pem() + made.pem();
  };
  const struct {
    const char* what;
    std::string text;
    const char* words;
  } rows[] = {
      {"expired", with(old), "expired"},
      {"not yet valid", with(early), "not valid before"},
      {"another's key", test::key(KeyType::Rsa2048, 1).pem() + who.pem(),
       "belongs to no certificate"},
      {"an elliptic curve", elliptic.key().pem() + elliptic.pem(), "not RSA"},
      {"no certificate", who.key().pem(), "no certificate"},
      {"no key", who.pem(), "no private key"},
      {"nothing", "", "no private key"},
      {"a broken certificate", who.key().pem() + test::pem("CERTIFICATE", as_bytes("no DER")), ""}};
  for (const auto& [what, text, words] : rows) {
    const auto read = ClientCertificate::parse_pem(text, kNow);
    ASSERT_FALSE(read) << what;
    EXPECT_EQ(read.error().reason, Reason::AzureIdentityRefused) << what;
    EXPECT_NE(read.error().detail.find(words), std::string::npos) << read.error().detail;
  }
}

}  // namespace
}  // namespace countersign::azure
