// SPDX-License-Identifier: Apache-2.0
// Jws::verify.
#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "notation/jws.h"
#include "samples.h"

namespace countersign::notation {
namespace {

using test::join;
using test::json_text;
using test::JwsWriter;
using test::KeyType;

constexpr KeyType kSigningKeys[] = {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096,
                                    KeyType::P256,    KeyType::P384,    KeyType::P521};

test::Signer signer_of(KeyType type) {
  return test::Signer::self_signed(test::key_vault_spec(), test::key(type));
}

Reason verify(const JwsWriter& writer, const crypto::PublicKey& key) {
  const auto jws = Jws::parse(writer.write());
  EXPECT_TRUE(jws) << jws.error().detail;
  const auto content = jws->verify(key);
  EXPECT_FALSE(content);
  return content ? Reason::Internal : content.error().reason;
}

TEST(JwsSignature, VerifiesEachOfTheSixAlgorithms) {
  for (const auto type : kSigningKeys) {
    const auto signer = signer_of(type);
    const auto jws = Jws::parse(JwsWriter(signer, "{}").write());
    ASSERT_TRUE(jws);
    EXPECT_TRUE(jws->verify(signer.key().public_key())) << static_cast<int>(type);
  }
}

// --- the algorithm

TEST(JwsSignature, RefusesEveryAlgorithmButTheKeysOwn) {  // NV-J09 NV-J10 JWS-01 JWS-03
  const char* const kNamed[] = {
      "\"PS256\"", "\"PS384\"", "\"PS512\"", "\"ES256\"", "\"ES384\"",  "\"ES512\"",  "\"none\"",
      "\"None\"",  "\"NONE\"",  "\"HS256\"", "\"HS384\"", "\"HS512\"",  "\"RS256\"",  "\"RS384\"",
      "\"RS512\"", "\"EdDSA\"", "\"ps256\"", "\"es256\"", "\"ES256K\"", "\"ES256 \"", "\"\"",
      "null",      "256",       "-7",        "true",      "[]",         "[\"ES256\"]"};
  for (const auto type : kSigningKeys) {
    const auto signer = signer_of(type);
    const auto key = signer.key().public_key();
    const std::string own = json_text(test::jose_algorithm(*key.algorithm()));
    for (const std::string named : kNamed) {
      if (named != own) {
        JwsWriter writer(signer, "{}");
        writer.set_signed("alg", named);
        EXPECT_EQ(verify(writer, key), Reason::EnvelopeInvalid) << named;
      }
    }
  }
}

TEST(JwsSignature, RefusesAMissingAlgorithm) {  // NV-J06 NV-J09 JWS-01
  JwsWriter writer = samples::jws_writer();
  writer.drop_signed("alg");
  EXPECT_EQ(verify(writer, samples::signer().key().public_key()), Reason::EnvelopeInvalid);
  writer.set_signed("ALG", json_text("ES256"));
  EXPECT_EQ(verify(writer, samples::signer().key().public_key()), Reason::EnvelopeInvalid);
}

ByteVector hmac(Bytes key, const std::string& message) {
  ByteVector code(32);
  unsigned size = 0;
  const Bytes bytes = as_bytes(message);
  EXPECT_NE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
                 code.data(), &size),
            nullptr);
  EXPECT_EQ(size, code.size());
  return code;
}

TEST(JwsSignature, NeverTakesThePublicKeyForASecret) {  // JWS-02
  const auto signer = signer_of(KeyType::Rsa2048);
  const auto key = signer.key();
  const ByteVector der = key.public_der();
  const auto modulus = Bytes(der).subspan(33, 256);  // behind the heads of a 2048-bit key
  const auto pem = test::pem("PUBLIC KEY", der);
  for (const Bytes secret : {Bytes(der), modulus, as_bytes(pem)}) {
    for (const char* algorithm : {"HS256", "PS256"}) {
      JwsWriter writer(signer, "{}");
      writer.set_signed("alg", json_text(algorithm));
      writer.signature = hmac(secret, writer.to_be_signed());
      const Reason expected = algorithm == std::string_view("HS256") ? Reason::EnvelopeInvalid
                                                                     : Reason::SignatureInvalid;
      EXPECT_EQ(verify(writer, key.public_key()), expected);
    }
  }
}

TEST(JwsSignature, BlamesTheCertificateForAKeyWithoutAlgorithm) {
  EXPECT_EQ(verify(samples::jws_writer(), test::key(KeyType::P224).public_key()),
            Reason::CertificateProfile);
}

// --- the signature

// ECDSA-Sig-Value of a P-256 signature r || s.
ByteVector der_of(Bytes raw) {
  const auto integer = [](Bytes number) {
    const ByteVector padding(number[0] >= 0x80 ? 1 : 0, 0x00);
    const auto size = static_cast<std::uint8_t>(number.size() + padding.size());
    return join({ByteVector{0x02, size}, padding, number});
  };
  const auto both = join({integer(raw.first(32)), integer(raw.last(32))});
  return join({ByteVector{0x30, static_cast<std::uint8_t>(both.size())}, both});
}

TEST(JwsSignature, RefusesEcdsaSignaturesOfAnotherShape) {
  const ByteVector good = samples::jws_writer().sign();
  const Bytes bytes(good);
  const ByteVector zeros(32, 0x00);
  const ByteVector wrong[] = {
      der_of(bytes),                   // NV-J28 JWS-11
      {good.begin(), good.end() - 1},  // NV-J28
      join({bytes, ByteVector{0}}),    // NV-J28
      join({zeros, bytes.last(32)}),   // NV-J28
      join({bytes.first(32), zeros}),  // NV-J28
      join({bytes.last(32), bytes.first(32)}),
  };
  for (const auto& signature : wrong) {
    JwsWriter writer = samples::jws_writer();
    writer.signature = signature;
    EXPECT_EQ(verify(writer, samples::signer().key().public_key()), Reason::SignatureInvalid);
  }
}

// s and n - s are both good: neither the Notary Project nor RFC 7518 demands the lower one.
TEST(JwsSignature, AcceptsEitherHalfOfS) {  // NV-J28
  bool low = false;
  bool high = false;
  for (int i = 0; i < 64 && !(low && high); ++i) {
    const JwsWriter signed_anew = samples::jws_writer();
    JwsWriter writer = signed_anew;
    writer.signature = signed_anew.sign();
    (writer.signature->at(32) < 0x7F ? low : high) = true;
    const auto jws = Jws::parse(writer.write());
    ASSERT_TRUE(jws);
    EXPECT_TRUE(jws->verify(samples::signer().key().public_key()));
  }
  EXPECT_TRUE(low && high);
}

struct RsaScheme {
  const char* name;
  int padding;
  int salt_length;
  const EVP_MD* mask_hash;
};

ByteVector sign_rsa(const test::Key& key, const RsaScheme& scheme, const std::string& message) {
  const crypto::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  EXPECT_EQ(EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, key.native()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(parameters, scheme.padding), 1);
  if (scheme.padding == RSA_PKCS1_PSS_PADDING) {
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, scheme.salt_length), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, scheme.mask_hash), 1);
  }
  std::size_t size = 256;
  ByteVector signature(size);
  const Bytes bytes = as_bytes(message);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()), 1);
  return signature;
}

TEST(JwsSignature, WantsPssWithSaltAndMaskOfTheHash) {  // NV-J29
  const RsaScheme kWrong[] = {
      {"PKCS #1 v1.5", RSA_PKCS1_PADDING, 0, nullptr},
      {"no salt", RSA_PKCS1_PSS_PADDING, 0, EVP_sha256()},
      {"longest salt", RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_MAX, EVP_sha256()},
      {"mask of SHA-1", RSA_PKCS1_PSS_PADDING, 32, EVP_sha1()},
  };
  const auto signer = signer_of(KeyType::Rsa2048);
  JwsWriter writer(signer, "{}");
  for (const auto& row : kWrong) {
    writer.signature = sign_rsa(signer.key(), row, writer.to_be_signed());
    EXPECT_EQ(verify(writer, signer.key().public_key()), Reason::SignatureInvalid) << row.name;
  }
  const RsaScheme right{"right", RSA_PKCS1_PSS_PADDING, 32, EVP_sha256()};
  writer.signature = sign_rsa(signer.key(), right, writer.to_be_signed());
  EXPECT_TRUE(Jws::parse(writer.write())->verify(signer.key().public_key()));
}

TEST(JwsSignature, WantsAllBytesOfAnRsaSignatureAndNoMore) {  // NV-J30
  const auto signer = signer_of(KeyType::Rsa2048);
  JwsWriter writer(signer, "{}");
  ByteVector leading_zero;
  while (leading_zero.empty() || leading_zero.front() != 0) {  // one in 256
    leading_zero = writer.sign();
  }
  writer.signature = leading_zero;
  EXPECT_TRUE(Jws::parse(writer.write())->verify(signer.key().public_key()));
  const ByteVector wrong[] = {{leading_zero.begin() + 1, leading_zero.end()},
                              join({ByteVector{0}, leading_zero}),
                              join({leading_zero, ByteVector{0}})};
  for (const auto& signature : wrong) {
    writer.signature = signature;
    EXPECT_EQ(verify(writer, signer.key().public_key()), Reason::SignatureInvalid);
  }
}

// --- what is signed

TEST(JwsSignature, RefusesThePartsOfAnotherEnvelope) {  // NV-J26
  const auto key = samples::signer().key().public_key();
  const JwsWriter good = samples::jws_writer();
  JwsWriter other(samples::signer(), R"({"targetArtifact":{}})");
  other.set_signed("com.example", "1");

  JwsWriter writer = good;
  writer.signature = good.sign();
  writer.payload_text = other.payload_member();
  EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid);
  writer.payload_text.reset();
  writer.protected_text = other.protected_member();
  EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid);
  writer.protected_text.reset();
  writer.signature = other.sign();
  EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid);
}

TEST(JwsSignature, VerifiesOverTheTextAsReceived) {
  const auto key = samples::signer().key().public_key();
  JwsWriter writer = samples::jws_writer();
  writer.header_content = " " + writer.signed_header() + "\n";
  const auto jws = Jws::parse(writer.write());
  ASSERT_TRUE(jws) << jws.error().detail;
  EXPECT_TRUE(jws->verify(key));
}

}  // namespace
}  // namespace countersign::notation
