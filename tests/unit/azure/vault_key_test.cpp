// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/vault_key.h"

#include <gtest/gtest.h>

#include "unit/azure/jwk.h"

namespace countersign::azure {
namespace {

using namespace test;
using answers::jwk_of;
using answers::key_answer;
using answers::Members;

std::string outcome(const Members& members) {
  const auto key = parse_vault_key(key_answer("signer", answers::version(1), members));
  return key ? std::string(key->key.description()) : std::string(wire_name(key.error().reason));
}

Members with(Members members, const std::string& name, const std::string& value) {
  members[name] = value;
  return members;
}

std::string recoded(const std::string& base64url, const std::function<void(ByteVector&)>& change) {
  auto bytes = codec::decode_base64url(base64url, Reason::Internal).value();
  change(bytes);
  return codec::encode_base64url(bytes);
}

// Has a coordinate that begins with a zero byte, which stays.
Members key_with_leading_zero() {
  for (;;) {
    auto members = jwk_of(new_key(KeyType::P256));
    if (codec::decode_base64url(members["x"], Reason::Internal).value().front() == 0) {
      return members;
    }
  }
}

TEST(VaultKey, AcceptsKeysThatTheNotaryProjectKnows) {  // AZ-44
  struct Row {
    KeyType type;
    const char* kty;
  };
  for (const auto& row : {Row{KeyType::Rsa2048, "RSA"},
                          {KeyType::Rsa2048, "RSA-HSM"},
                          {KeyType::Rsa3072, "RSA"},
                          {KeyType::Rsa4096, "RSA-HSM"},
                          {KeyType::P256, "EC"},
                          {KeyType::P256, "EC-HSM"},
                          {KeyType::P384, "EC"},
                          {KeyType::P521, "EC-HSM"}}) {
    const auto own = key(row.type);
    const auto read = parse_vault_key(
        key_answer("signer", answers::version(1), with(jwk_of(own), "kty", row.kty)));
    ASSERT_TRUE(read) << row.kty;
    EXPECT_EQ(read->id, answers::id("keys", "signer", answers::version(1)));
    EXPECT_TRUE(read->key.verify(as_bytes("message"), own.sign(as_bytes("message"))));
  }
  EXPECT_EQ(outcome(key_with_leading_zero()), "EC prime256v1");

  // Everything else.
  const auto rsa = jwk_of(key(KeyType::Rsa2048));
  const auto ec = jwk_of(key(KeyType::P256));
  const auto other_ec = jwk_of(key(KeyType::P256, 1));
  const auto zero_before = [](ByteVector& bytes) { bytes.insert(bytes.begin(), 0); };
  const auto shorter = [](ByteVector& bytes) { bytes.pop_back(); };
  for (const auto& members :
       std::vector<Members>{with(rsa, "kty", "oct"),
                            with(rsa, "kty", "oct-HSM"),
                            with(rsa, "kty", "rsa"),
                            with(rsa, "kty", ""),
                            with(rsa, "kty", "EC"),
                            with(ec, "kty", "RSA"),
                            with(ec, "kty", "OKP"),
                            with(ec, "crv", "P-256K"),
                            with(ec, "crv", "SECP256K1"),
                            with(ec, "crv", "P-384"),
                            with(ec, "crv", ""),
                            with(ec, "x", other_ec.at("x")),
                            with(ec, "x", recoded(ec.at("x"), zero_before)),
                            with(ec, "y", recoded(ec.at("y"), zero_before)),
                            with(ec, "x", recoded(ec.at("x"), shorter)),
                            with(ec, "y", recoded(ec.at("y"), shorter)),
                            with(ec, "x", ""),
                            with(ec, "x", codec::encode_base64url(ByteVector(32))),
                            with(ec, "y", "a+/="),
                            with(rsa, "n", recoded(rsa.at("n"), zero_before)),
                            with(rsa, "n", ""),
                            with(rsa, "n", recoded(rsa.at("n"), shorter)),
                            with(rsa, "e", "AQ"),  // 1
                            with(rsa, "e", "Ag"),  // 2
                            with(rsa, "e", ""),
                            with(rsa, "e", "AAEAAQ"),
                            with(rsa, "e", "AQAB="),
                            with(rsa, "e", rsa.at("n")),
                            with(rsa, "n", std::string(2'000, 'x')),
                            jwk_of(rsa_public_key(512)),
                            jwk_of(rsa_public_key(1'024)),
                            jwk_of(rsa_public_key(2'047)),
                            jwk_of(rsa_public_key(8'192)),
                            jwk_of(rsa_public_key(2'048, 1)),
                            with(jwk_of(key(KeyType::Secp256k1)), "crv", "P-256K"),
                            with(jwk_of(key(KeyType::Secp256k1)), "crv", "P-256")}) {
    EXPECT_EQ(outcome(members), "BAD_CONFIG") << members.at("kty");
  }
  for (const char* missing : {"kty", "n", "e"}) {
    auto members = rsa;
    members.erase(missing);
    EXPECT_EQ(outcome(members), "BAD_CONFIG") << missing;
  }
  for (const char* missing : {"crv", "x", "y"}) {
    auto members = ec;
    members.erase(missing);
    EXPECT_EQ(outcome(members), "BAD_CONFIG") << missing;
  }
}

TEST(VaultKey, RefusesWhatIsNoKey) {
  for (const char* text : {"", "{}", "[]", "<html>", R"({"key":null})", R"({"key":[]})",
                           R"({"key":{"kty":"RSA"}})", R"({"key":{"kid":"x"}})"}) {
    const auto key = parse_vault_key(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().reason, Reason::BadConfig) << text;
  }
}

}  // namespace
}  // namespace countersign::azure
