// SPDX-License-Identifier: Apache-2.0
#include "app/vault_signing.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/scripted_transport.h"
#include "support/temp_folder.h"
#include "unit/azure/audience_identity.h"
#include "unit/azure/jwk.h"

namespace countersign::app {
namespace {

namespace answers = azure::answers;
using answers::good;
using answers::url;
using answers::version;
using From = VaultChain::From;

azure::Cloud cloud() { return azure::Cloud::named("public").value(); }

TEST(VaultKeyId, IsAnAddressInAVault) {  // AZ-20, AZ-21 in part
  struct Row {
    std::string url, name, version_id;
  };
  const std::string vault = "https://kvdemo.vault.azure.net";
  const auto upper = "AB" + version(1).substr(2);
  for (const auto& row : {Row{vault + "/keys/signer", "signer", ""},
                          {vault + "/keys/signer/", "signer", ""},
                          {vault + "/keys/signer/" + version(1), "signer", version(1)},
                          {vault + "/keys/signer/" + version(1) + "/", "signer", version(1)},
                          {vault + "/certificates/signer", "signer", ""},
                          {vault + "/certificates/signer/" + upper, "signer", version(0xab)},
                          {"https://KVDemo.vault.azure.net/keys/Signer-1", "Signer-1", ""}}) {
    const auto id = parse_vault_key_id(row.url, cloud());
    ASSERT_TRUE(id) << row.url;
    EXPECT_EQ(id->vault.origin, vault);
    EXPECT_EQ(id->name, row.name);
    EXPECT_EQ(id->version, row.version_id);
  }
  for (const auto& bad :
       {std::string(),
        std::string("signer"),
        vault,
        vault + "/",
        vault + "/keys",
        vault + "/keys/",
        vault + "/keys//",
        vault + "/keys/signer//",
        vault + "/keys/signer/latest",
        vault + "/keys/signer/" + version(1) + "/sign",
        vault + "/keys/signer?api-version=7.4",
        vault + "/keys/signer#x",
        vault + "/keys/..",
        vault + "/keys/a%2Fb",
        vault + "/Keys/signer",
        vault + "/secrets/signer",
        vault + "//keys/signer",
        vault + ":443/keys/signer",
        std::string("http://kvdemo.vault.azure.net/keys/signer"),
        std::string("https://user@kvdemo.vault.azure.net/keys/signer"),
        std::string("https://kvdemo.vault.azure.cn/keys/signer"),
        std::string("https://kvdemo.managedhsm.azure.net/keys/signer"),
        std::string("https://vault.azure.net/keys/signer"),
        std::string("https://kvdemo.vault.azure.net.attacker.example/keys/signer"),
        std::string("https://127.0.0.1/keys/signer")}) {
    const auto id = parse_vault_key_id(bad, cloud());
    ASSERT_FALSE(id) << bad;
    EXPECT_EQ(id.error().reason, Reason::BadConfig) << bad;
  }
}

struct VaultSigningTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport http;
  std::vector<std::string> audiences;
  azure::TokenKeeper keeper{std::make_unique<answers::AudienceIdentity>(audiences), clock,
                            [] { return 0.5; }};
  support::TempFolder folder;
  const test::Signer leaf = test::make_leaf();

  Deadline soon() const { return clock.in(std::chrono::seconds(10)); }
  Result<std::unique_ptr<signing::Signer>> open(const VaultChain& chain,
                                                const std::string& version_id = {}) {
    const VaultKeyId id{answers::vault(), "signer", version_id};
    azure::VaultSigner vault(id.vault, std::string(answers::kAudience), keeper, http);
    return vault_signer(id, chain, std::move(vault), clock.now(), soon());
  }
  std::string outcome(const VaultChain& chain) {
    const auto signer = open(chain);
    return signer ? std::to_string((*signer)->chain().size())
                  : std::string(wire_name(signer.error().reason));
  }
  VaultChain file(const std::string& pem) const {
    return {.from = From::File, .file = folder.write("ca.pem", pem)};
  }
  void expect_certificate(const x509::Certificate& certificate) {
    http.expect(url("/certificates/signer"),
                good(answers::certificate("signer", version(1), certificate)));
  }
  void expect_secret(const std::string& pem) {
    http.expect(url("/secrets/signer"), good(answers::secret("signer", version(1), pem)));
  }
};

TEST_F(VaultSigningTest, SignsWithTheKeyOfTheCertificate) {
  expect_secret(leaf.key().pem() + leaf.chain_pem());
  const auto signer = open({});
  ASSERT_TRUE(signer);
  EXPECT_EQ((*signer)->chain(), leaf.chain());
  // By its version, whatever is the newest when it is asked to.
  const auto signature = leaf.sign(as_bytes("message"));
  http.expect(url("/keys/signer/" + version(1) + "/sign"),
              good(answers::signature_answer("signer", version(1), signature)));
  EXPECT_EQ((*signer)->sign(as_bytes("message"), soon()), signature);
  EXPECT_EQ(audiences, std::vector<std::string>{std::string(answers::kAudience)});
}

TEST_F(VaultSigningTest, SignsWithTheVersionThatIsNamed) {
  const auto own = test::make_key_vault_signer(test::key(test::KeyType::P256));
  http.expect(url("/certificates/signer/" + version(7)),
              good(answers::certificate("signer", version(7), own.certificate())));
  const auto signer = open({.from = From::Certificate}, version(7));
  ASSERT_TRUE(signer);
  EXPECT_EQ((*signer)->chain(), own.chain());
  http.expect(url("/keys/signer/" + version(7) + "/sign"),
              answers::refusal(403, "Forbidden", "ForbiddenByRbac"));
  EXPECT_EQ((*signer)->sign(as_bytes("message"), soon()).error().reason, Reason::KeyVaultDenied);
}

TEST_F(VaultSigningTest, TakesTheChainFromAFile) {
  const x509::Chain above(leaf.chain().rbegin(), leaf.chain().rend() - 1);
  for (const auto& pem : {test::pem(above), leaf.chain_pem()}) {  // with the leaf, and without
    expect_certificate(leaf.certificate());
    const auto signer = open(file(pem));
    ASSERT_TRUE(signer);
    EXPECT_EQ((*signer)->chain(), leaf.chain());
  }
}

TEST_F(VaultSigningTest, SaysWhatIsWrongWithTheChain) {
  const auto stranger = test::make_root(test::ca_spec("C=US, ST=WA, O=Acme, CN=Stranger"));
  expect_certificate(leaf.certificate());
  EXPECT_EQ(outcome({.from = From::Certificate}), "BAD_CONFIG") << "it is not self-signed";
  expect_certificate(leaf.certificate());
  EXPECT_EQ(outcome(file(stranger.pem())), "BAD_CONFIG") << "its issuer is missing";
  expect_certificate(leaf.certificate());
  EXPECT_EQ(outcome(file(leaf.chain_pem() + stranger.pem())), "BAD_CONFIG") << "one is left over";
  expect_secret(leaf.pem());
  EXPECT_EQ(outcome({}), "BAD_CONFIG") << "the secret has one certificate only";
  const auto web = test::Signer::self_signed(test::tls_spec());
  expect_certificate(web.certificate());
  EXPECT_EQ(outcome({.from = From::Certificate}), "BAD_CONFIG") << "it is for a web server";
  auto past = test::key_vault_spec();
  past.not_after = clock.now() - std::chrono::seconds(1);
  expect_certificate(test::Signer::self_signed(past).certificate());
  EXPECT_EQ(outcome({.from = From::Certificate}), "BAD_CONFIG") << "it has expired";
}

TEST_F(VaultSigningTest, AsksNobodyWhenTheFileCantBeUsed) {
  for (const auto& chain :
       {VaultChain{.from = From::File, .file = folder / "missing.pem"}, file(""),
        file(leaf.key().pem() + leaf.chain_pem()), file("-----BEGIN CERTIFICATE-----\n")}) {
    EXPECT_EQ(outcome(chain), "BAD_CONFIG");
  }
}

TEST_F(VaultSigningTest, SaysWhyTheVaultHasNone) {
  for (const auto& [answer, reason] : std::vector<std::pair<net::Response, std::string>>{
           {answers::refusal(404, "SecretNotFound"), "BAD_CONFIG"},
           {answers::refusal(403, "Forbidden", "SecretDisabled"), "BAD_CONFIG"},
           {answers::refusal(403, "Forbidden", "ForbiddenByRbac"), "KEY_VAULT_DENIED"},
           {answers::refusal(429, "Throttled"), "KEY_VAULT_UNAVAILABLE"}}) {
    http.expect(url("/secrets/signer"), answer);
    EXPECT_EQ(outcome({}), reason);
  }
}

}  // namespace
}  // namespace countersign::app
