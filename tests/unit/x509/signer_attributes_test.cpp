// SPDX-License-Identifier: Apache-2.0
#include "x509/signer_attributes.h"

#include <algorithm>

#include "tokens.h"

namespace countersign::x509 {
namespace {

using test::der_concat;
using test::der_element;
using test::der_integer;
using test::der_octets;
using test::der_oid;
using test::der_sequence;
using test::SignatureHash;

// Views into the token, which the caller keeps.
Result<SignerAttributes> read(const ByteVector& token) {
  TRY(const auto data, read_signed_data(token));
  return read_attributes(data.signer);
}

// SigningCertificateV2 of a token that does not say more of the certificate than its hash.
ByteVector with_hash(SignatureHash hash, const Certificate& certificate) {
  return test::signing_certificate({.algorithm = test::hash_algorithm(hash),
                                    .hash = der_octets(test::hash_of(hash, certificate.der())),
                                    .issuer = {},
                                    .serial = {}});
}

TEST(SignerAttributes, ReadsThem) {
  const auto maker = token_maker();
  const auto token = maker.write();
  const auto attributes = read(token);
  ASSERT_TRUE(attributes) << attributes.error().detail;
  EXPECT_TRUE(std::ranges::equal(attributes->message_digest,
                                 test::hash_of(SignatureHash::Sha256, maker.info.write())));
  EXPECT_TRUE(attributes->signing_certificate.is(tsa().certificate()));
  EXPECT_TRUE(attributes->signing_certificate.id);
  EXPECT_FALSE(attributes->signing_time);
}

TEST(SignerAttributes, NamesTheCertificateByHashAndMaybeByIssuerAndSerial) {
  for (const auto& [made, hash] :
       {std::pair(SignatureHash::Sha256, crypto::HashAlgorithm::Sha256),
        std::pair(SignatureHash::Sha384, crypto::HashAlgorithm::Sha384),
        std::pair(SignatureHash::Sha512, crypto::HashAlgorithm::Sha512)}) {
    auto maker = token_maker();
    maker.attributes.signing_certificate = with_hash(made, tsa().certificate());
    const auto token = maker.write();
    const auto attributes = read(token);
    ASSERT_TRUE(attributes) << attributes.error().detail;
    EXPECT_EQ(attributes->signing_certificate.hash, hash);
    EXPECT_FALSE(attributes->signing_certificate.id);
    EXPECT_TRUE(attributes->signing_certificate.is(tsa().certificate()));
    EXPECT_FALSE(attributes->signing_certificate.is(tsa().chain()[1]));
  }
}

TEST(SignerAttributes, TheFirstCertificateIsTheSigners) {
  const auto own = test::ess_id(tsa().certificate()).write();
  const auto other = test::ess_id(tsa().chain()[1]).write();
  const auto policies = der_sequence({der_sequence({der_oid("1.2.3")})});
  auto maker = token_maker();
  maker.attributes.signing_certificate = test::attribute(
      test::kSigningCertificateV2, {der_sequence({der_sequence({own, other}), policies})});
  auto token = maker.write();
  auto attributes = read(token);
  ASSERT_TRUE(attributes) << attributes.error().detail;
  EXPECT_TRUE(attributes->signing_certificate.is(tsa().certificate()));

  maker.attributes.signing_certificate =
      test::attribute(test::kSigningCertificateV2, {der_sequence({der_sequence({other, own})})});
  token = maker.write();
  attributes = read(token);
  ASSERT_TRUE(attributes) << attributes.error().detail;
  EXPECT_FALSE(attributes->signing_certificate.is(tsa().certificate()));
}

TEST(SignerAttributes, ReadsTheSigningTime) {
  for (const auto& time :
       {test::der_text(0x17, "260528120000Z"), test::der_text(0x18, "20260528120000Z")}) {
    auto maker = token_maker();
    maker.attributes.signing_time = test::attribute(test::kSigningTime, {time});
    const auto token = maker.write();
    const auto attributes = read(token);
    ASSERT_TRUE(attributes) << attributes.error().detail;
    EXPECT_EQ(attributes->signing_time, test::kStampedAt);
  }
}

TEST(SignerAttributes, RefusesAttributesThatAreNotOnceWithOneValue) {
  const auto with = [](const ByteVector& more) {
    return [more](TimestampMaker& m) { m.attributes.more = {more}; };
  };
  const auto content_type = test::attribute(test::kContentType, {der_oid(test::kTstInfoType)});
  const auto time = test::der_text(0x17, "260528120000Z");
  expect_refusals(
      {
          {"content type twice", with(content_type)},
          {"unknown type twice",
           with(der_concat({test::attribute("1.2.3", {time}), test::attribute("1.2.3", {time})}))},
          {"two values", with(test::attribute("1.2.3", {time, time}))},
          {"no value", with(test::attribute("1.2.3", {}))},
          {"values in a sequence", with(der_sequence({der_oid("1.2.3"), der_sequence({time})}))},
          {"no values", with(der_sequence({der_oid("1.2.3")}))},
          {"no type", with(der_sequence({der_element(0x31, time)}))},
          {"more behind the values",
           with(der_sequence({der_oid("1.2.3"), der_element(0x31, time), time}))},
          {"no sequence", with(time)},
          {"two times",
           [&](auto& m) {
             m.attributes.signing_time = test::attribute(test::kSigningTime, {time, time});
           }},
      },
      read);
  expect_successes({{"unknown", with(test::attribute("1.2.3", {time}))}}, read);
}

TEST(SignerAttributes, RefusesSignedAttributesAmongTheUnsigned) {
  const auto unsigned_one = [](const ByteVector& attribute) {
    return [attribute](TimestampMaker& m) { m.unsigned_attributes = der_element(0xa1, attribute); };
  };
  const auto own = test::signing_certificate(test::ess_id(tsa().certificate()));
  expect_refusals(
      {
          {"signing certificate", unsigned_one(own)},
          {"content type",
           unsigned_one(test::attribute(test::kContentType, {der_oid(test::kTstInfoType)}))},
          {"message digest", unsigned_one(test::attribute(test::kMessageDigest, {der_octets({})}))},
          {"signing time", unsigned_one(test::attribute(test::kSigningTime, {der_integer(1)}))},
          {"malformed", unsigned_one(der_integer(1))},
      },
      read);
  expect_successes({{"another", unsigned_one(test::attribute("1.2.3", {der_octets({})}))}}, read);
}

TEST(SignerAttributes, RefusesMalformedNamesOfTheSigner) {
  const auto good = test::ess_id(tsa().certificate());
  const auto id = [&](const std::function<void(test::EssIdParts&)>& change) {
    return [=](TimestampMaker& m) {
      auto changed = good;
      change(changed);
      m.attributes.signing_certificate = test::signing_certificate(changed);
    };
  };
  const auto value = [](const ByteVector& whole) {
    return [whole](TimestampMaker& m) {
      m.attributes.signing_certificate = test::attribute(test::kSigningCertificateV2, {whole});
    };
  };
  const auto certificates = der_sequence({good.write()});
  expect_refusals(
      {
          {"no hash", id([](auto& e) { e.hash = {}; })},
          {"hash as bits", id([](auto& e) { e.hash = test::der_bits({1}); })},
          {"unknown hash algorithm",
           id([](auto& e) { e.algorithm = der_sequence({der_oid("1.2.3")}); })},
          {"no issuer", id([](auto& e) { e.issuer = {}; })},
          {"no serial", id([](auto& e) { e.serial = {}; })},
          {"two issuers", id([](auto& e) { e.issuer = der_concat({e.issuer, e.issuer}); })},
          {"issuer is no name", id([](auto& e) { e.issuer = der_element(0xa4, der_octets({})); })},
          {"more behind the serial",
           id([](auto& e) { e.serial = der_concat({e.serial, e.serial}); })},
          {"no certificates", value(der_sequence({}))},
          {"certificate is no sequence", value(der_sequence({der_sequence({der_integer(1)})}))},
          {"more behind the policies",
           value(der_sequence({certificates, der_sequence({}), der_sequence({})}))},
      },
      read);
}

}  // namespace
}  // namespace countersign::x509
