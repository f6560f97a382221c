// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/response.h"

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

#include "support/pki.h"

namespace countersign::plugin {
namespace {

using test::KeyType;

class KeySigner final : public signing::Signer {
 public:
  explicit KeySigner(test::Signer signer) : signer_(std::move(signer)) {}
  const x509::Chain& chain() const override { return signer_.chain(); }
  Result<ByteVector> sign(Bytes message, Deadline) const override {
    if (failure) {
      return std::unexpected(*failure);
    }
    return signer_.sign(message);
  }
  std::optional<Error> failure;

 private:
  test::Signer signer_;
};

const Deadline kDeadline = Deadline::at_once();

SignatureRequest request_for(crypto::SignatureAlgorithm algorithm) {
  SignatureRequest request;
  request.key_id = "https://kv.vault.azure.net/keys/signer";
  request.algorithm = algorithm;
  request.payload = {1, 2, 3};
  return request;
}

TEST(Response, SaysWhatThePluginIs) {
  EXPECT_EQ(
      metadata("1.2.3"),
      R"({"name":"azure-kv","description":"Countersign: signs with a key in Azure Key Vault",)"
      R"("version":"1.2.3","url":"https://github.com/notaryproject/specifications",)"
      R"("supportedContractVersions":["1.0"],"capabilities":["SIGNATURE_GENERATOR.RAW"]})");
}

TEST(Response, DescribesAKey) {
  const KeySigner signer(test::make_leaf(test::key(KeyType::P521)));
  EXPECT_EQ(describe_key({"the \"key\"", {}}, signer),
            R"({"keyId":"the \"key\"","keySpec":"EC-521"})");
  const KeySigner other(test::make_leaf(test::key(KeyType::Ed25519)));
  EXPECT_EQ(describe_key({"k", {}}, other).error().code, ErrorCode::Validation);
}

TEST(Response, HasASignatureAndTheChain) {
  const auto leaf = test::make_leaf(test::key(KeyType::Rsa2048));
  const KeySigner signer(leaf);
  const auto request = request_for(crypto::SignatureAlgorithm::RsaPssSha256);
  const auto answer = generate_signature(request, signer, kDeadline);
  ASSERT_TRUE(answer);
  const auto json =
      codec::Json::parse(*answer, {.bytes = answer->size()}, Reason::Internal).value();
  EXPECT_EQ(*json.find_string("keyId"), request.key_id);
  EXPECT_EQ(*json.find_string("signingAlgorithm"), "RSASSA-PSS-SHA-256");
  const auto signature =
      codec::decode_base64(*json.find_string("signature"), Reason::Internal).value();
  EXPECT_TRUE(leaf.certificate().public_key().verify(request.payload, signature));
  const auto chain = json.find("certificateChain")->elements();
  ASSERT_EQ(chain.size(), leaf.chain().size());
  for (std::size_t index = 0; index < chain.size(); ++index) {
    EXPECT_EQ(*chain[index].string(), codec::encode_base64(leaf.chain()[index].der()));
  }
}

TEST(Response, RefusesAKeyThatIsAnotherNow) {
  const KeySigner signer(test::make_leaf(test::key(KeyType::P256)));
  EXPECT_TRUE(
      generate_signature(request_for(crypto::SignatureAlgorithm::EcdsaSha256), signer, kDeadline));
  for (const auto other :
       {crypto::SignatureAlgorithm::RsaPssSha256, crypto::SignatureAlgorithm::EcdsaSha384}) {
    const auto answer = generate_signature(request_for(other), signer, kDeadline);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Validation);
  }
}

TEST(Response, SaysWhyThereIsNoSignature) {
  KeySigner signer(test::make_leaf(test::key(KeyType::P256)));
  signer.failure = Error{Reason::KeyVaultDenied, "no"};
  const auto answer =
      generate_signature(request_for(crypto::SignatureAlgorithm::EcdsaSha256), signer, kDeadline);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::AccessDenied);
  EXPECT_EQ(answer.error().reason, Reason::KeyVaultDenied);
}

}  // namespace
}  // namespace countersign::plugin
