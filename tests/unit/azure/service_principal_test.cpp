// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "countersign/azure/identity.h"
#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/crypto/digest.h"

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using codec::Json;
using std::chrono::seconds;
using test::KeyType;
using By = ServicePrincipal::By;

constexpr const char* kUrl = "https://login/tenant-1/oauth2/v2.0/token";
constexpr const char* kBefore =
    "grant_type=client_credentials&client_id=client-1"
    "&scope=https%3A%2F%2Fvault.azure.net%2F.default&";
constexpr const char* kAssertion =
    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    "&client_assertion=";
constexpr const char* kGood = R"({"token_type":"Bearer","expires_in":3600,"access_token":"t"})";

class ServicePrincipalTest : public testing::Test {
 protected:
  std::unique_ptr<Identity> made(By by) {
    return make_identity(
        ServicePrincipal{{"https://login/", "tenant-1", "client-1"}, by, [this] { return file_; }},
        http_, clock_);
  }
  std::string body_sent_by(Identity& identity) {
    http_.expect(kUrl, test::answer(200, {}, kGood));
    const auto token = identity.acquire("https://vault.azure.net", clock_.in(seconds(5)));
    EXPECT_TRUE(token) << token.error().detail;
    return http_.seen().back().body;
  }
  std::string refusal(By by) {
    const auto token = made(by)->acquire("https://vault.azure.net", clock_.in(seconds(5)));
    EXPECT_FALSE(token);
    EXPECT_EQ(token.error().reason, Reason::AzureIdentityRefused);
    return token.error().detail;
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  Result<std::string> file_ = "";
};

// Entra's part: the certificate that it was given beforehand, and what it checks with it.
void check_as_entra_would(std::string_view body, const test::Signer& registered) {
  const auto prefix = std::string(kBefore) + kAssertion;
  ASSERT_TRUE(body.starts_with(prefix)) << body.substr(0, 200);
  const auto jwt = body.substr(prefix.size());
  const auto dot = jwt.rfind('.');
  const auto decoded = [](std::string_view text) {
    const auto bytes = codec::decode_base64url(text, Reason::Internal).value();
    return std::string(as_text(bytes));
  };
  const auto first = jwt.find('.');
  const auto read = [&decoded](std::string_view text) {
    return Json::parse(decoded(text), {.bytes = 10'000}, Reason::Internal).value();
  };
  const auto header = read(jwt.substr(0, first));
  EXPECT_EQ(*header.find_string("alg"), "PS256");
  EXPECT_EQ(*header.find_string("x5t#S256"),
            codec::encode_base64url(crypto::sha256(registered.certificate().der())));
  const auto claims = read(jwt.substr(first + 1, dot - first - 1));
  EXPECT_EQ(*claims.find_string("aud"), kUrl);
  EXPECT_EQ(*claims.find_string("iss"), "client-1");
  EXPECT_EQ(*claims.find_string("sub"), "client-1");
  const auto signature = decoded(jwt.substr(dot + 1));
  EXPECT_TRUE(registered.certificate().public_key().verifies(
      crypto::SignatureScheme::RsaPss, crypto::HashAlgorithm::Sha256, as_bytes(jwt.substr(0, dot)),
      as_bytes(signature)));
}

TEST_F(ServicePrincipalTest, SendsTheSecretThatTheFileHoldsNow) {  // AZ-17
  const auto identity = made(By::Secret);
  file_ = "abc~D.E-f_1\n";
  EXPECT_EQ(body_sent_by(*identity), std::string(kBefore) + "client_secret=abc~D.E-f_1");
  file_ = "rotated+/=&";
  EXPECT_EQ(body_sent_by(*identity), std::string(kBefore) + "client_secret=rotated%2B%2F%3D%26");
}

TEST_F(ServicePrincipalTest, SignsWithTheCertificateThatTheFileHoldsNow) {  // AZ-17
  const auto identity = made(By::Certificate);
  for (const unsigned number : {0U, 1U}) {
    const auto signer = test::make_key_vault_signer(test::key(KeyType::Rsa2048, number));
    file_ = signer.key().pem() + signer.pem();
    check_as_entra_would(body_sent_by(*identity), signer);
  }
}

TEST_F(ServicePrincipalTest, SendsNothingThatCannotServe) {  // AZ-17
  const auto signer = test::make_key_vault_signer();
  auto old = test::key_vault_spec();
  old.not_after = clock_.now() - seconds(1);
  const auto expired = test::Signer::self_signed(old, test::key(KeyType::Rsa2048));
  file_ = expired.key().pem() + expired.pem();
  EXPECT_NE(refusal(By::Certificate).find("expired"), std::string::npos);
  file_ = test::key(KeyType::Rsa2048, 1).pem() + signer.pem();
  EXPECT_NE(refusal(By::Certificate).find("belongs to no certificate"), std::string::npos);
  file_ = std::string(limits::kClientCertificateBytes + 1, ' ');
  EXPECT_NE(refusal(By::Certificate).find("larger"), std::string::npos);
  for (const auto& secret : {std::string(), std::string(" \n"), std::string("hunter2 hunter2"),
                             std::string("hunter2\nhunter2"), std::string("hunter2\xc3\xa4"),
                             std::string(limits::kClientSecretBytes + 1, 'x')}) {
    file_ = secret;
    EXPECT_EQ(refusal(By::Secret).find("hunter2"), std::string::npos);
  }
  for (const auto by : {By::Secret, By::Certificate}) {
    file_ = fail(Reason::BadConfig, "/file: no such file");
    EXPECT_NE(refusal(by).find("/file: no such file"), std::string::npos);
  }
  EXPECT_TRUE(http_.seen().empty());
}

TEST_F(ServicePrincipalTest, IsPresentWhenItsFileCanBeRead) {
  const auto identity = made(By::Secret);
  EXPECT_EQ(identity->description(), "service principal client-1 of tenant tenant-1");
  EXPECT_TRUE(identity->present());
  file_ = fail(Reason::BadConfig, "no such file");
  EXPECT_FALSE(identity->present());
}

}  // namespace
}  // namespace countersign::azure
