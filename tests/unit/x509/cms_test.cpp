// SPDX-License-Identifier: Apache-2.0
#include "x509/cms.h"

#include <algorithm>

#include "countersign/base/limits.h"

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

Result<SignedData> read(const ByteVector& token) { return read_signed_data(token); }

ByteVector set_of(const std::vector<ByteVector>& elements) {
  return der_element(0x31, der_concat(elements));
}

TEST(Cms, ReadsTheContentAndItsSigner) {
  const auto maker = token_maker();
  const auto token = maker.write();
  const auto data = read_signed_data(token);
  ASSERT_TRUE(data) << data.error().detail;
  EXPECT_TRUE(std::ranges::equal(data->content, maker.info.write()));
  ASSERT_EQ(data->certificates.size(), 2U);
  EXPECT_TRUE(std::ranges::equal(data->certificates[1], tsa().chain()[1].der()));
  EXPECT_TRUE(names(data->signer.id, tsa().certificate()));
  EXPECT_FALSE(names(data->signer.id, tsa().chain()[1]));
  EXPECT_EQ(data->signer.digest, crypto::HashAlgorithm::Sha256);
  EXPECT_EQ(data->signer.method.scheme, SignatureScheme::Ecdsa);
  EXPECT_EQ(data->signer.signed_bytes().front(), 0x31);
  EXPECT_TRUE(verifies(tsa().certificate().public_key(), data->signer.method,
                       data->signer.signed_bytes(), data->signer.signature));
  EXPECT_TRUE(data->signer.unsigned_attributes.empty());
}

TEST(Cms, RefusesWhatIsNotExactlyOneDerElement) {  // NV-T04
  const auto token = token_maker().write();
  const ByteVector content(token.begin() + 4, token.end());
  ASSERT_EQ(token[1], 0x82);  // so the head has four bytes
  const ByteVector indefinite = der_concat({{0x30, 0x80}, content, {0, 0}});
  const ByteVector five_octets = der_concat({{0x30, 0x85, 0, 0, 0, token[2], token[3]}, content});
  const ByteVector beyond_int32 = der_concat({{0x30, 0x84, 0x80, 0, 0, 0}, content});
  const ByteVector high_tag = der_concat({{0x3f, 0x10, 0x82, token[2], token[3]}, content});
  const std::vector<std::pair<std::string_view, ByteVector>> rows{
      {"empty", {}},
      {"garbage", {'t', 'o', 'k', 'e', 'n'}},
      {"truncated", {token.begin(), token.end() - 1}},
      {"trailing byte", der_concat({token, {0}})},
      {"indefinite length", indefinite},
      {"length of five octets", five_octets},
      {"length beyond 32 bits with sign", beyond_int32},
      {"high tag number", high_tag},
      {"length with a leading zero", der_concat({{0x30, 0x83, 0, token[2], token[3]}, content})},
      {"another type", der_octets(token)},
  };
  for (const auto& [name, bytes] : rows) {
    const auto result = read_signed_data(bytes);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::TimestampInvalid) << name;
  }
}

TEST(Cms, RefusesTokensAboveTheLimit) {
  auto maker = token_maker();
  maker.signature = der_octets(ByteVector(70));  // those of ECDSA differ in length
  const auto spare = [&](std::size_t size) {
    maker.unsigned_attributes =
        der_element(0xa1, test::attribute("1.2.3", {der_octets(ByteVector(size))}));
    return maker.write();
  };
  const std::size_t size = spare(40'000).size();
  const auto largest = spare(40'000 + limits::kTimestampTokenBytes - size);
  ASSERT_EQ(largest.size(), limits::kTimestampTokenBytes);
  EXPECT_TRUE(read_signed_data(largest));
  EXPECT_FALSE(read_signed_data(spare(40'001 + limits::kTimestampTokenBytes - size)));
}

TEST(Cms, RefusesOtherContent) {  // NV-T05
  expect_refusals(
      {
          {"data", [](auto& m) { m.type = der_oid(test::kDataType); }},
          {"enveloped data", [](auto& m) { m.type = der_oid("1.2.840.113549.1.7.3"); }},
          {"no type", [](auto& m) { m.type = {}; }},
          {"version 1", [](auto& m) { m.version = der_integer(1); }},
          {"version 4", [](auto& m) { m.version = der_integer(4); }},
          {"no version", [](auto& m) { m.version = {}; }},
          {"inner data", [](auto& m) { m.content_type = der_oid(test::kDataType); }},
          {"no inner type", [](auto& m) { m.content_type = {}; }},
          {"detached", [](auto& m) { m.wrapped_content = ByteVector{}; }},
          {"no octet string", [](auto& m) { m.wrapped_content = der_element(0xa0, {}); }},
          {"content not in an octet string",
           [](auto& m) { m.wrapped_content = der_element(0xa0, m.info.write()); }},
          {"content after content",
           [](auto& m) {
             m.wrapped_content =
                 der_concat({der_element(0xa0, der_octets(m.info.write())), der_element(0xa0, {})});
           }},
      },
      read);
}

TEST(Cms, RefusesSignersThatAreNotOneOfVersionOne) {  // NV-T09
  expect_refusals(
      {
          {"none", [](auto& m) { m.signer_infos = set_of({}); }},
          {"two", [](auto& m) { m.signer_infos = set_of({m.signer_info(), m.signer_info()}); }},
          {"no set", [](auto& m) { m.signer_infos = ByteVector{}; }},
          {"version 2", [](auto& m) { m.signer_version = der_integer(2); }},
          {"version 3", [](auto& m) { m.signer_version = der_integer(3); }},
          {"version of 9 bytes",
           [](auto& m) { m.signer_version = der_element(0x02, {1, 0, 0, 0, 0, 0, 0, 0, 1}); }},
          {"named by key", [](auto& m) { m.signer_id = der_element(0x80, {1, 2, 3}); }},
          {"named by issuer only", [](auto& m) { m.signer_id = der_sequence({der_sequence({})}); }},
          {"not named", [](auto& m) { m.signer_id = {}; }},
          {"no signature", [](auto& m) { m.signature = ByteVector{}; }},
          {"signature as bits", [](auto& m) { m.signature = test::der_bits({1, 2}); }},
          {"no signed attributes", [](auto& m) { m.signed_attributes = ByteVector{}; }},
          {"more behind it", [](auto& m) { m.unsigned_attributes = der_octets({}); }},
      },
      read);
}

TEST(Cms, RefusesDigestsThatAreNotListedOrNotSha2) {  // TSA-11
  const ByteVector unknown = der_sequence({der_oid("1.2.3.4")});
  expect_refusals(
      {
          {"empty set", [](auto& m) { m.digest_algorithms = set_of({}); }},
          {"no set", [](auto& m) { m.digest_algorithms = {}; }},
          {"unknown digests", [&](auto& m) { m.digest_algorithms = set_of({unknown}); }},
          {"another digest",
           [](auto& m) {
             m.digest_algorithms = set_of({test::hash_algorithm(SignatureHash::Sha512)});
           }},
          {"no identifier",
           [](auto& m) {
             m.digest_algorithms = set_of(
                 {test::hash_algorithm(SignatureHash::Sha256), der_oid("2.16.840.1.101.3.4.2.1")});
           }},
          {"unknown digest of the signer", [&](auto& m) { m.signer_digest = unknown; }},
          {"SHA-1", [](auto& m) { m.sign_with(SignatureHash::Sha1); }},
          {"MD5",
           [](auto& m) {
             m.digest_algorithms = set_of({test::hash_algorithm(SignatureHash::Sha256),
                                           test::hash_algorithm(SignatureHash::Md5)});
             m.signer_digest = test::hash_algorithm(SignatureHash::Md5);
           }},
      },
      read);
  expect_successes(
      {{"one more",
        [&](auto& m) {
          m.digest_algorithms = set_of({unknown, test::hash_algorithm(SignatureHash::Sha256)});
        }},
       {"without NULL",
        [](auto& m) {
          m.digest_algorithms = set_of({der_sequence({der_oid("2.16.840.1.101.3.4.2.1")})});
        }}},
      read);
}

TEST(Cms, RefusesSignatureAlgorithmsThatDisagreeWithTheDigest) {
  const auto named = [](std::string_view type) {
    return [type](TimestampMaker& m) { m.signature_algorithm = der_sequence({der_oid(type)}); };
  };
  expect_refusals(
      {
          {"ECDSA with SHA-384", named("1.2.840.10045.4.3.3")},
          {"ECDSA with SHA-1", named("1.2.840.10045.4.1")},
          {"the key's type alone", named("1.2.840.10045.2.1")},
          {"Ed25519", named("1.3.101.112")},
          {"unknown", named("1.2.3.4")},
          {"none", [](auto& m) { m.signature_algorithm = {}; }},
          {"no type", [](auto& m) { m.signature_algorithm = der_sequence({}); }},
          {"rsaEncryption with parameters",
           [](auto& m) {
             m.signature_algorithm = der_sequence({der_oid(test::kRsaEncryption), der_integer(1)});
           }},
      },
      read);
  const auto data = [&] {
    auto maker = token_maker();
    named(test::kRsaEncryption)(maker);
    return maker.write();
  }();
  const auto result = read_signed_data(data);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->signer.method.scheme, SignatureScheme::RsaPkcs1);
  EXPECT_EQ(result->signer.method.hash, crypto::HashAlgorithm::Sha256);
}

TEST(Cms, TakesUpToTenCertificatesOfX509) {
  const auto times = [](std::size_t count) {
    return std::vector<Certificate>(count, tsa().certificate());
  };
  expect_successes({{"ten", [&](auto& m) { m.set_certificates(times(10)); }},
                    {"none", [](auto& m) { m.certificates = {}; }},
                    {"revocation lists", [](auto& m) { m.lists = der_element(0xa1, {}); }}},
                   read);
  expect_refusals(
      {{"eleven", [&](auto& m) { m.set_certificates(times(11)); }},
       {"attribute certificate",
        [](auto& m) { m.certificates = der_element(0xa0, der_element(0xa2, der_integer(1))); }},
       {"another format",
        [](auto& m) { m.certificates = der_element(0xa0, der_element(0xa3, der_integer(1))); }},
       {"one more field", [](auto& m) { m.lists = der_concat({m.lists, der_element(0xa2, {})}); }}},
      read);
}

}  // namespace
}  // namespace countersign::x509
