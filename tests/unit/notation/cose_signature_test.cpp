// SPDX-License-Identifier: Apache-2.0
// CoseSign1::verify.
#include <cstdint>

#include <gtest/gtest.h>

#include "notation/cose.h"
#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_bytes;
using test::cbor_integer;
using test::cbor_text;
using test::CoseWriter;
using test::join;
using test::KeyType;

constexpr KeyType kSigningKeys[] = {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096,
                                    KeyType::P256,    KeyType::P384,    KeyType::P521};

Reason verify(const CoseWriter& writer, const crypto::PublicKey& key) {
  const ByteVector envelope = writer.write();
  const auto message = CoseSign1::parse(envelope);
  EXPECT_TRUE(message) << message.error().detail;
  const auto content = message->verify(key);
  EXPECT_FALSE(content);
  return content ? Reason::Internal : content.error().reason;
}

TEST(CoseSignature, VerifiesEachOfTheSixAlgorithms) {
  for (const auto type : kSigningKeys) {
    const auto signer = test::Signer::self_signed(test::key_vault_spec(), test::key(type));
    const ByteVector envelope = CoseWriter(signer, "{}").write();
    const auto message = CoseSign1::parse(envelope);
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->verify(signer.key().public_key())) << static_cast<int>(type);
  }
}

TEST(CoseSignature, RefusesEveryAlgorithmButTheKeysOwn) {  // NV-H03 NV-H04 NV-H05 COS-07
  constexpr std::int64_t kNamed[] = {-37, -38,  -39,    -7, -35, -36,      -8,
                                     -47, -257, -65535, 5,  0,   INT64_MIN};
  for (const auto type : kSigningKeys) {
    const auto signer = test::Signer::self_signed(test::key_vault_spec(), test::key(type));
    const auto key = signer.key().public_key();
    for (const auto named : kNamed) {
      if (named == test::cose_algorithm(*key.algorithm())) {
        continue;
      }
      CoseWriter writer(signer, "{}");
      writer.set_signed(1, cbor_integer(named));
      EXPECT_EQ(verify(writer, key), Reason::EnvelopeInvalid) << named;
    }
  }
}

TEST(CoseSignature, RefusesAMissingOrTextualAlgorithm) {
  const auto key = samples::signer().key().public_key();
  CoseWriter missing = samples::writer();
  missing.drop_signed(1);
  EXPECT_EQ(verify(missing, key), Reason::EnvelopeInvalid);  // NV-H01
  CoseWriter text = samples::writer();
  text.set_signed(1, cbor_text("ES256"));
  EXPECT_EQ(verify(text, key), Reason::EnvelopeInvalid);  // NV-H02
}

TEST(CoseSignature, BlamesTheCertificateForAKeyWithoutAlgorithm) {
  EXPECT_EQ(verify(samples::writer(), test::key(KeyType::P224).public_key()),
            Reason::CertificateProfile);
}

// ECDSA-Sig-Value of a P-256 signature r || s.
ByteVector der(Bytes raw) {
  const auto integer = [](Bytes number) {
    const ByteVector padding(number[0] >= 0x80 ? 1 : 0, 0x00);
    const auto size = static_cast<std::uint8_t>(number.size() + padding.size());
    return join({ByteVector{0x02, size}, padding, number});
  };
  const auto both = join({integer(raw.first(32)), integer(raw.last(32))});
  return join({ByteVector{0x30, static_cast<std::uint8_t>(both.size())}, both});
}

TEST(CoseSignature, RefusesSignaturesOfAnotherShape) {  // COS-08
  const auto key = samples::signer().key().public_key();
  const ByteVector good = samples::writer().sign();
  const Bytes bytes(good);
  const ByteVector zeros(32, 0x00);
  const ByteVector ones(32, 0xFF);
  const ByteVector wrong[] = {
      ByteVector(good.begin(), good.end() - 1),
      join({bytes, ByteVector{0}}),
      join({ByteVector{0}, bytes}),
      join({zeros, bytes.last(32)}),
      join({bytes.first(32), zeros}),
      join({ones, bytes.last(32)}),
      join({bytes.first(32), ones}),
      join({bytes.last(32), bytes.first(32)}),
      der(bytes),
  };
  for (const auto& signature : wrong) {
    CoseWriter writer = samples::writer();
    writer.signature_item = cbor_bytes(signature);
    EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid) << signature.size();
  }
}

TEST(CoseSignature, RefusesASignatureOfAnotherKey) {
  EXPECT_EQ(verify(samples::writer(), test::key(KeyType::P256, 1).public_key()),
            Reason::SignatureInvalid);
}

TEST(CoseSignature, RefusesAnyFlippedBitOfWhatIsSigned) {  // NV-H35
  const CoseWriter good = samples::writer();
  const auto key = samples::signer().key().public_key();
  const auto flip = [](ByteVector bytes, std::size_t at) {
    bytes[at] ^= 0x01;
    return bytes;
  };
  CoseWriter writer = good;
  writer.signature_item = cbor_bytes(good.sign());
  const ByteVector header = good.signed_header();
  // The last byte of the signing time: the header stays well formed.
  writer.header_content = flip(header, header.size() - 1);
  EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid);

  const auto payload = test::payload_of(samples::image());
  const auto bytes = as_bytes(payload);
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    writer = good;
    writer.payload_item = cbor_bytes(flip({bytes.begin(), bytes.end()}, at));
    writer.signature_item = cbor_bytes(good.sign());
    EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid) << at;
  }
  for (std::size_t at = 0; at < good.sign().size(); ++at) {
    writer = good;
    writer.signature_item = cbor_bytes(flip(good.sign(), at));
    EXPECT_EQ(verify(writer, key), Reason::SignatureInvalid) << at;
  }
}

TEST(CoseSignature,
     VerifiesOverTheBytesAsReceived) {  // COS-12: an order that no encoder would choose
  CoseWriter writer = samples::writer();
  const auto scheme = cbor_text("notary.x509");
  writer.drop_signed("io.cncf.notary.signingScheme").drop_signed(1);
  writer.set_signed("io.cncf.notary.signingScheme", scheme).set_signed(1, cbor_integer(-7));
  const ByteVector envelope = writer.write();
  const auto message = CoseSign1::parse(envelope);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->verify(samples::signer().key().public_key()));
}

}  // namespace
}  // namespace countersign::notation
