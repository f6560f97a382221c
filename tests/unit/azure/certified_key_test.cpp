// SPDX-License-Identifier: Apache-2.0
#include "azure/certified_key.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using Read = KeyVaultSettings::Read;

struct CertifiedKeyTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport http;
  Tokens tokens;
  VaultClient client{access(), tokens.giver(), http};
  const test::Signer signer = test::make_leaf();

  Result<CertifiedKey> find(Read read, std::string_view version_id, net::Response answer) {
    const std::string collection = read == Read::Secrets ? "/secrets/" : "/certificates/";
    const auto path = version_id.empty() ? "" : "/" + std::string(version_id);
    http.expect(url(collection + "signer" + path), std::move(answer));
    return find_certified(
        client, {.read = read, .name = "signer", .version = version_id, .now = clock.now()},
        clock.in(std::chrono::seconds(10)));
  }
  std::string pem_of_reversed_chain() const {
    return test::pem(x509::Chain(signer.chain().rbegin(), signer.chain().rend()));
  }
  std::string outcome(Read read, net::Response answer) {
    const auto found = find(read, version(1), std::move(answer));
    return found ? found->key.id : std::string(wire_name(found.error().reason));
  }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(CertifiedKeyTest, HasTheVersionThatTheCertificateBelongsTo) {
  for (const auto& wanted : {std::string(), version(1)}) {
    const auto alone = find(Read::Certificates, wanted,
                            good(certificate("signer", version(1), signer.certificate())));
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->key.id, id("keys", "signer", version(1)));
    EXPECT_EQ(alone->certificates, x509::Chain{signer.certificate()});
    EXPECT_TRUE(alone->key.key.verify(as_bytes("message"), signer.sign(as_bytes("message"))));

    // As Key Vault has them: the key first, and the chain in any order.
    const auto pem = signer.key().pem() + pem_of_reversed_chain();
    const auto chain = find(Read::Secrets, wanted, good(secret("signer", version(1), pem)));
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->key.id, id("keys", "signer", version(1)));
    EXPECT_EQ(chain->certificates, signer.chain());
  }
}

TEST_F(CertifiedKeyTest, BelievesTheVaultAboutTheKeysVersion) {
  const auto own = certificate("signer", version(1), signer.certificate());
  const auto kid = id("keys", "signer", version(1));
  for (const auto& [other, expected] : std::vector<std::pair<std::string, std::string>>{
           {id("keys", "signer", version(9)), id("keys", "signer", version(9))},
           {id("keys", "SIGNER", version(1)), id("keys", "SIGNER", version(1))},
           {id("keys", "other", version(1)), "KEY_VAULT_UNAVAILABLE"},
           {id("keys", "signer", ""), "KEY_VAULT_UNAVAILABLE"},
           {id("secrets", "signer", version(1)), "KEY_VAULT_UNAVAILABLE"},
           {"https://other.vault.azure.net/keys/signer/" + version(1), "KEY_VAULT_UNAVAILABLE"},
           {"", "BAD_CONFIG"}}) {
    EXPECT_EQ(outcome(Read::Certificates, good(replaced(own, kid, other))), expected) << other;
  }
  const auto plain = replaced(secret("signer", version(1), signer.chain_pem()), "\"kid\"", "\"x\"");
  EXPECT_EQ(outcome(Read::Secrets, good(plain)), "BAD_CONFIG") << "a secret of no certificate";
}

TEST_F(CertifiedKeyTest, SaysWhyThereIsNoKey) {
  const auto& own = signer.certificate();
  const auto now = clock.now().time_since_epoch().count();
  const auto of = [&](const Facts& facts) { return certificate("signer", version(1), own, facts); };
  struct Row {
    net::Response answer;
    const char* outcome;
  };
  for (const auto& row :
       std::vector<Row>{{good(of({.enabled = false})), "BAD_CONFIG"},  // AZ-26
                        {good(of({.expires = now})), "BAD_CONFIG"},
                        {good(of({.not_before = now + 1})), "BAD_CONFIG"},
                        {good(certificate("signer", version(2), own)), "KEY_VAULT_UNAVAILABLE"},
                        {good(certificate("other", version(1), own)), "KEY_VAULT_UNAVAILABLE"},
                        {good("<html>"), "KEY_VAULT_UNAVAILABLE"},
                        {refusal(404, "CertificateNotFound"), "BAD_CONFIG"},
                        {refusal(403, "Forbidden", "CertificateDisabled"), "BAD_CONFIG"},
                        {refusal(403, "Forbidden", "ForbiddenByRbac"), "KEY_VAULT_DENIED"},
                        {refusal(503, "ServiceUnavailable"), "KEY_VAULT_UNAVAILABLE"}}) {
    EXPECT_EQ(outcome(Read::Certificates, row.answer), row.outcome) << row.answer.body;
  }
  EXPECT_EQ(outcome(Read::Secrets, refusal(403, "Forbidden", "SecretDisabled")), "BAD_CONFIG");
  EXPECT_EQ(outcome(Read::Secrets, good(secret("signer", version(1), "no certificate"))),
            "BAD_CONFIG");
}

TEST_F(CertifiedKeyTest, AsksForWhatHasANameAlone) {
  const auto ask = [&](std::string_view name, std::string_view version_id) {
    return find_certified(client, {.name = name, .version = version_id, .now = clock.now()},
                          clock.in(std::chrono::seconds(10)));
  };
  EXPECT_EQ(ask("a/b", "").error().reason, Reason::BadConfig);
  EXPECT_EQ(ask("signer", "latest").error().reason, Reason::BadConfig);
  tokens.failure = Error{Reason::AzureIdentityRefused, ""};
  EXPECT_EQ(ask("signer", "").error().reason, Reason::AzureIdentityRefused);
}

}  // namespace
}  // namespace countersign::azure
