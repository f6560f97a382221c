// SPDX-License-Identifier: Apache-2.0
#include "azure/remote_key.h"

#include <gtest/gtest.h>

#include "countersign/crypto/digest.h"

#include "support/fixed_clock.h"
#include "unit/azure/jwk.h"

namespace countersign::azure {
namespace {

using namespace answers;
using namespace test;

constexpr std::string_view kMessage = "what is signed";

ByteVector der_signature(const Key& key);

struct RemoteKeyTest : testing::Test {
  FixedClock clock;
  ScriptedTransport http;
  Tokens tokens;
  VaultClient client{access(), tokens.giver(), http};

  Deadline soon() const { return clock.in(std::chrono::seconds(10)); }
  VaultKey vault_key(const Key& own) const {
    return {id("keys", "signer", version(1)), own.public_key()};
  }
  const std::string address = url("/keys/signer/" + version(1) + "/sign");

  std::string sign(const Key& own, Result<net::Response> answer) {
    http.expect(address, std::move(answer));
    const auto signature = sign_remotely(client, vault_key(own), as_bytes(kMessage), soon());
    return signature ? "signed" : std::string(wire_name(signature.error().reason));
  }
  std::string find(std::string_view name, std::string_view version_id) {
    const auto key = find_key(client, name, version_id, soon());
    return key ? key->id : std::string(wire_name(key.error().reason));
  }
};

TEST_F(RemoteKeyTest, SignsWithTheKeysOwnAlgorithm) {  // AZ-45
  struct Row {
    KeyType type;
    const char* algorithm;
    crypto::HashAlgorithm hash;
  };
  for (const auto& row : {Row{KeyType::Rsa2048, "PS256", crypto::HashAlgorithm::Sha256},
                          {KeyType::Rsa3072, "PS384", crypto::HashAlgorithm::Sha384},
                          {KeyType::Rsa4096, "PS512", crypto::HashAlgorithm::Sha512},
                          {KeyType::P256, "ES256", crypto::HashAlgorithm::Sha256},
                          {KeyType::P384, "ES384", crypto::HashAlgorithm::Sha384},
                          {KeyType::P521, "ES512", crypto::HashAlgorithm::Sha512}}) {
    const auto own = key(row.type);
    const auto signature = own.sign(as_bytes(kMessage));
    http.expect(address, good(signature_answer("signer", version(1), signature)));
    EXPECT_EQ(sign_remotely(client, vault_key(own), as_bytes(kMessage), soon()), signature);
    // The digest has the size that the algorithm wants, whatever the message.
    const auto digest = crypto::hash(row.hash, as_bytes(kMessage));
    EXPECT_EQ(http.seen().back().body, R"({"alg":")" + std::string(row.algorithm) +
                                           R"(","value":")" + codec::encode_base64url(digest) +
                                           "\"}");
    EXPECT_EQ(http.seen().back().method, net::Method::Post);

    // What the vault answers is verified before it is used.
    const auto answer = [&](const ByteVector& bytes) {
      return good(signature_answer("signer", version(1), bytes));
    };
    auto changed = signature;
    changed[10] ^= 1;
    auto longer = signature;
    longer.push_back(0);
    const auto shorter = ByteVector(signature.begin(), signature.end() - 1);
    // To make another large RSA key takes long, and it would be refused for the same reason.
    const bool large = row.type == KeyType::Rsa3072 || row.type == KeyType::Rsa4096;
    const auto others = key(large ? KeyType::Rsa2048 : row.type, 1).sign(as_bytes(kMessage));
    for (const auto& bad :
         {changed, longer, shorter, others, own.sign(as_bytes("another")), ByteVector()}) {
      EXPECT_EQ(sign(own, answer(bad)), "SIGNATURE_INVALID") << row.algorithm;
    }
    EXPECT_EQ(sign(own, answer(der_signature(own))), "SIGNATURE_INVALID") << row.algorithm;
    EXPECT_EQ(sign(own, good(signature_answer("signer", version(2), signature))),
              "SIGNATURE_INVALID")
        << "by another version";
    EXPECT_EQ(sign(own, good(signature_answer("SIGNER", version(1), signature))), "signed");
  }
}

TEST_F(RemoteKeyTest, SaysWhyThereIsNoSignature) {
  const auto own = key(KeyType::P256);
  EXPECT_EQ(sign(own, refusal(403, "Forbidden", "ForbiddenByRbac")), "KEY_VAULT_DENIED");
  EXPECT_EQ(sign(own, refusal(403, "Forbidden", "KeyDisabled")), "BAD_CONFIG");
  EXPECT_EQ(sign(own, refusal(404, "KeyNotFound")), "BAD_CONFIG");
  EXPECT_EQ(sign(own, refusal(429, "Throttled")), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(sign(own, fail(Reason::RegistryUnavailable, "")), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(sign(own, good("<html>")), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(sign(own, good("{}")), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(
      sign(own, good(R"({"kid":")" + id("keys", "signer", version(1)) + R"(","value":"a+/="})")),
      "SIGNATURE_INVALID");
  tokens.failure = Error{Reason::AzureIdentityRefused, ""};
  EXPECT_EQ(sign_remotely(client, vault_key(own), as_bytes(kMessage), soon()).error().reason,
            Reason::AzureIdentityRefused);
}

// Such a key was not made by find_key().
TEST_F(RemoteKeyTest, AsksOnlyItsOwnVault) {
  const auto own = key(KeyType::P256).public_key();
  for (const auto& bad :
       {std::string(), id("keys", "signer", ""), id("secrets", "signer", version(1)),
        "https://attacker.example/keys/signer/" + version(1)}) {
    EXPECT_FALSE(sign_remotely(client, {bad, own}, as_bytes(kMessage), soon())) << bad;
  }
  EXPECT_EQ(sign_remotely(client, vault_key(key(KeyType::Ed25519)), as_bytes(kMessage), soon())
                .error()
                .reason,
            Reason::BadConfig);
}

TEST_F(RemoteKeyTest, FindsAKey) {
  const auto members = jwk_of(key(KeyType::P256));
  const auto own_id = id("keys", "signer", version(1));
  http.expect(url("/keys/signer"), good(key_answer("signer", version(1), members)))
      .expect(url("/keys/signer/" + version(1)), good(key_answer("signer", version(1), members)));
  EXPECT_EQ(find("signer", ""), own_id);
  EXPECT_EQ(find("signer", version(1)), own_id);
  for (const auto& [answer, outcome] : std::vector<std::pair<net::Response, std::string>>{
           {good(key_answer("signer", version(2), members)), "KEY_VAULT_UNAVAILABLE"},
           {good(key_answer("other", version(1), members)), "KEY_VAULT_UNAVAILABLE"},
           {good(key_answer("signer", version(1), members, {.enabled = false})), "BAD_CONFIG"},
           {good(key_answer("signer", version(1), {{"kty", "oct"}})), "BAD_CONFIG"},
           {good("<html>"), "KEY_VAULT_UNAVAILABLE"},
           {refusal(404, "KeyNotFound"), "BAD_CONFIG"},
           {refusal(403, "Forbidden", "KeyDisabled"), "BAD_CONFIG"},
           {refusal(403, "Forbidden", "ForbiddenByRbac"), "KEY_VAULT_DENIED"}}) {
    http.expect(url("/keys/signer/" + version(1)), answer);
    EXPECT_EQ(find("signer", version(1)), outcome);
  }
  EXPECT_EQ(find("a/b", ""), "BAD_CONFIG");
  EXPECT_EQ(find("signer", "latest"), "BAD_CONFIG");
  tokens.failure = Error{Reason::AzureIdentityRefused, ""};
  EXPECT_EQ(find("signer", ""), "AZURE_IDENTITY_REFUSED");
}

// As TLS and certificates have it: for ECDSA a SEQUENCE of two INTEGERs; for RSA it is no
// different, so one around the signature.
ByteVector der_signature(const Key& key) {
  const auto raw = key.sign(as_bytes(kMessage));
  const auto half = static_cast<std::ptrdiff_t>(raw.size() / 2);
  const auto integer = [](ByteVector content) {
    content.insert(content.begin(), 0);
    ByteVector element{0x02, static_cast<std::uint8_t>(content.size())};
    element.insert(element.end(), content.begin(), content.end());
    return element;
  };
  const auto r = integer({raw.begin(), raw.begin() + half});
  const auto s = integer({raw.begin() + half, raw.end()});
  ByteVector der{0x30, static_cast<std::uint8_t>(r.size() + s.size())};
  der.insert(der.end(), r.begin(), r.end());
  der.insert(der.end(), s.begin(), s.end());
  return der;
}

}  // namespace
}  // namespace countersign::azure
