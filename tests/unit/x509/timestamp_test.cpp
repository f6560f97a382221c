// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/timestamp.h"

#include <functional>
#include <optional>
#include <string_view>
#include <tuple>

#include "countersign/codec/base64.h"

#include "tokens.h"

namespace countersign::x509 {
namespace {

using std::chrono::seconds;
using test::der_concat;
using test::der_element;
using test::der_integer;
using test::der_octets;
using test::der_oid;
using test::der_sequence;
using test::KeyType;
using test::SignatureHash;
using test::Signer;

std::vector<Certificate> root_of(const Signer& signer) { return {signer.chain().back()}; }

TEST(Timestamp, OpensTokens) {
  auto maker = token_maker();
  maker.info.accuracy = test::accuracy(3);
  const auto timestamp = open_token(maker.write());
  ASSERT_TRUE(timestamp) << timestamp.error().detail;
  EXPECT_EQ(timestamp->earliest(), test::kStampedAt - seconds(3));
  EXPECT_EQ(timestamp->latest(), test::kStampedAt + seconds(3));
  EXPECT_EQ(timestamp->certificates(), (Chain{tsa().chain()[0], tsa().chain()[1]}));
  EXPECT_EQ(timestamp->chain_to(root_of(tsa())), tsa().chain());
}

struct Algorithm {
  std::string_view name;
  KeyType key;
  SignatureHash hash = SignatureHash::Sha256;
  std::optional<test::Pss> pss = {};
  std::string_view written = {};  // instead of the algorithm's own identifier
};

TEST(Timestamp, VerifiesEachAlgorithm) {
  using enum SignatureHash;
  for (const auto& row : {
           Algorithm{"ECDSA P-256", KeyType::P256},
           Algorithm{"ECDSA P-384", KeyType::P384, Sha384},
           Algorithm{"ECDSA P-521", KeyType::P521, Sha512},
           Algorithm{"ECDSA P-384 with SHA-256", KeyType::P384},
           Algorithm{"RSA", KeyType::Rsa2048},
           Algorithm{"RSA with SHA-512", KeyType::Rsa2048, Sha512},
           Algorithm{"rsaEncryption", KeyType::Rsa2048, Sha384, {}, test::kRsaEncryption},
           Algorithm{"RSASSA-PSS", KeyType::Rsa2048, Sha256, test::Pss{}},
       }) {
    const auto signer = test::make_leaf(test::key(row.key), test::tsa_spec());
    TimestampMaker maker(signer, message(), row.hash);
    maker.sign_with(row.hash, row.pss);
    if (!row.written.empty()) {
      maker.signature_algorithm = der_sequence({der_oid(row.written), der_element(0x05, {})});
    }
    const auto timestamp = open_token(maker.write());
    ASSERT_TRUE(timestamp) << row.name << ": " << timestamp.error().detail;
    EXPECT_TRUE(timestamp->chain_to(root_of(signer))) << row.name;
  }
}

// The same signature as DER writes it: SEQUENCE { r, s }.
ByteVector der_of(const ByteVector& fixed_width) {
  const auto hex = codec::encode_hex(fixed_width);
  const auto half = hex.size() / 2;
  return der_sequence({test::der_serial(hex.substr(0, half)), test::der_serial(hex.substr(half))});
}

TEST(Timestamp, RefusesImprintsOfOtherBytes) {  // NV-T07 TSA-02
  const std::string_view payload = R"({"targetArtifact":{}})";
  const auto signature = test::key(KeyType::P256, 1).sign(as_bytes(payload));
  const auto of_other_envelope = test::key(KeyType::P256, 1).sign(as_bytes("{}"));
  const auto stamped = [](Bytes bytes) { return TimestampMaker(tsa(), bytes).write(); };
  ASSERT_TRUE(Timestamp::open(stamped(signature), signature));
  for (const auto& [name, token] :
       {std::pair("payload", stamped(as_bytes(payload))),
        std::pair("DER form of the signature", stamped(der_of(signature))),
        std::pair("another envelope's signature", stamped(of_other_envelope)),
        std::pair("nothing", stamped({}))}) {
    const auto refused = Timestamp::open(token, signature);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().reason, Reason::TimestampInvalid) << name;
  }
}

Change names_signer(const std::function<void(test::EssIdParts&)>& change) {
  return [change](TimestampMaker& maker) {
    auto id = test::ess_id(tsa().certificate());
    change(id);
    maker.attributes.signing_certificate = test::signing_certificate(id);
  };
}

TEST(Timestamp, RefusesSignersThatAreNotNamedBySigningCertificateV2) {  // NV-T10 TSA-10
  const auto own = test::ess_id(tsa().certificate());
  const auto& issuer = tsa().chain()[1];
  const auto version_1 = test::attribute(
      test::kSigningCertificateV1,
      {der_sequence({der_sequence({der_sequence(
          {der_octets(test::hash_of(SignatureHash::Sha1, tsa().certificate().der()))})})})});
  const auto of_type = [](const ByteVector& value) {
    return [value](TimestampMaker& m) {
      m.attributes.signing_certificate = test::attribute(test::kSigningCertificateV2, {value});
    };
  };
  expect_refusals(
      {
          {"missing", [](auto& m) { m.attributes.signing_certificate = {}; }},
          {"unsigned",
           [&](auto& m) {
             m.attributes.signing_certificate = {};
             m.unsigned_attributes = der_element(0xa1, test::signing_certificate(own));
           }},
          {"version 1 only", [&](auto& m) { m.attributes.signing_certificate = version_1; }},
          {"empty list", of_type(der_sequence({der_sequence({})}))},
          {"an integer", of_type(der_integer(1))},
          {"an octet string", of_type(der_octets({1, 2, 3}))},
          {"issuer with another tag", names_signer([](auto& id) { id.issuer.front() = 0xa7; })},
          {"hash of another certificate",
           names_signer([&](auto& id) { id.hash = test::ess_id(issuer).hash; })},
          {"hash of another length", names_signer([](auto& id) { id.hash = der_octets({}); })},
          {"SHA-1", names_signer([](auto& id) {
             id.algorithm = test::hash_algorithm(SignatureHash::Sha1);
             id.hash = der_octets(test::hash_of(SignatureHash::Sha1, tsa().certificate().der()));
           })},
          {"serial of nobody", names_signer([](auto& id) { id.serial = der_integer(-17); })},
          {"issuer of nobody",
           names_signer([](auto& id) { id.issuer = der_element(0xa4, der_sequence({})); })},
          {"signer's own name is another's",
           [&](auto& m) { m.signer_id = test::issuer_and_serial(issuer); }},
      },
      open_token);
  expect_successes({{"version 1 beside it", [&](auto& m) { m.attributes.more = {version_1}; }}},
                   open_token);
}

TEST(Timestamp, RefusesTokensWithoutItsSignersCertificate) {  // NV-T11
  const auto other_choice = [](int tag) {
    return [tag](TimestampMaker& m) {
      const ByteVector own(tsa().certificate().der().begin(), tsa().certificate().der().end());
      m.certificates = der_element(0xa0, der_concat({own, der_element(tag, der_integer(1))}));
    };
  };
  expect_refusals(
      {
          {"none", [](auto& m) { m.certificates = {}; }},
          {"empty set", [](auto& m) { m.set_certificates({}); }},
          {"issuer's only", [](auto& m) { m.set_certificates({tsa().chain()[1]}); }},
          {"extended certificate", other_choice(0xa0)},
          {"attribute certificate, version 1", other_choice(0xa1)},
          {"attribute certificate, version 2", other_choice(0xa2)},
          {"another format", other_choice(0xa3)},
          {"not a certificate", other_choice(0x30)},
      },
      open_token);
}

TEST(Timestamp, RefusesWrongSignedAttributes) {  // NV-T12
  const auto digest = [](SignatureHash hash) {
    return [hash](TimestampMaker& m) {
      m.attributes.message_digest =
          test::attribute(test::kMessageDigest, {der_octets(test::hash_of(hash, m.info.write()))});
    };
  };
  expect_refusals(
      {
          {"absent", [](auto& m) { m.signed_attributes = ByteVector{}; }},
          {"empty", [](auto& m) { m.signed_attributes = der_element(0xa0, {}); }},
          {"no content type", [](auto& m) { m.attributes.content_type = {}; }},
          {"content type data",
           [](auto& m) {
             m.attributes.content_type =
                 test::attribute(test::kContentType, {der_oid(test::kDataType)});
           }},
          {"content type as text",
           [](auto& m) {
             m.attributes.content_type =
                 test::attribute(test::kContentType, {test::der_text(0x0c, test::kTstInfoType)});
           }},
          {"no message digest", [](auto& m) { m.attributes.message_digest = ByteVector{}; }},
          {"digest of other content",
           [](auto& m) {
             m.attributes.message_digest =
                 test::attribute(test::kMessageDigest, {der_octets(ByteVector(32, 1))});
           }},
          {"SHA-1 digest", digest(SignatureHash::Sha1)},
          {"SHA-512 digest of a SHA-256 signer", digest(SignatureHash::Sha512)},
          {"digest as bits",
           [](auto& m) {
             m.attributes.message_digest =
                 test::attribute(test::kMessageDigest, {test::der_bits(ByteVector(32))});
           }},
      },
      open_token);
}

TEST(Timestamp, RefusesSha1) {  // TSA-12
  expect_refusals(
      {{"imprint",
        [](auto& m) { m.info.imprint = test::message_imprint(SignatureHash::Sha1, message()); }},
       {"digest of the signed attributes", [](auto& m) { m.sign_with(SignatureHash::Sha1); }}},
      open_token);
}

TEST(Timestamp, RefusesBrokenSignatures) {  // NV-T14
  const auto other = tsa().issue(test::tsa_spec(), test::key(KeyType::P256, 1));
  expect_refusals(
      {
          {"one bit",
           [](auto& m) {
             auto bytes = m.sign(m.attribute_set());
             bytes.back() ^= 1U;
             m.signature = der_octets(bytes);
           }},
          {"another key's",
           [&](auto& m) {
             m.signature = der_octets(TimestampMaker(other, message()).sign(m.attribute_set()));
           }},
          {"of the attributes as they stand in the token",
           [](auto& m) {
             auto set = m.attribute_set();
             set.front() = 0xa0;
             m.signature = der_octets(m.sign(set));
           }},
          {"of the content", [](auto& m) { m.signature = der_octets(m.sign(m.info.write())); }},
          {"empty", [](auto& m) { m.signature = der_octets({}); }},
      },
      open_token);
}

TEST(Timestamp, RefusesWhatIsNoTokenOfOneSigner) {  // TSA-13
  const auto good = token_maker().write();
  const ByteVector body(good.begin() + 4, good.end());
  for (const auto& [name, bytes] :
       {std::pair("indefinite length", der_concat({{0x30, 0x80}, body, {0, 0}})),
        std::pair("long form of a length",
                  der_concat({{0x30, 0x83, 0, good[2], good[3]}, body}))}) {
    const auto refused = open_token(bytes);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().reason, Reason::TimestampInvalid) << name;
  }
  expect_refusals(
      {
          {"no signer", [](auto& m) { m.signer_infos = der_element(0x31, {}); }},
          {"two signers",
           [](auto& m) {
             m.signer_infos = der_element(0x31, der_concat({m.signer_info(), m.signer_info()}));
           }},
          {"no signed attributes", [](auto& m) { m.signed_attributes = ByteVector{}; }},
          {"another content type", [](auto& m) { m.content_type = der_oid(test::kDataType); }},
          {"enveloped data", [](auto& m) { m.type = der_oid("1.2.840.113549.1.7.3"); }},
          {"content in pieces",
           [](auto& m) {
             m.wrapped_content = der_element(0xa0, der_element(0x24, der_octets(m.info.write())));
           }},
          {"TSTInfo that is not DER",
           [](auto& m) { m.content = der_concat({{0x30, 0x80}, m.info.version, {0, 0}}); }},
      },
      open_token);
}

// Someone who stores a token can put certificates into it, first and last.
TEST(Timestamp, TakesTheSignersCertificateWhereverItStands) {  // TSA-03
  auto same_name = test::tsa_spec();
  same_name.serial = tsa().certificate().serial();
  const auto forged = tsa().issue(same_name).certificate();  // his name for another key
  const auto forged_issuer = Signer::self_signed(same_name).certificate();
  const auto stranger = test::make_root(test::ca_spec("CN=Stranger")).certificate();
  const auto& [own, issuer, root] = std::tie(tsa().chain()[0], tsa().chain()[1], tsa().chain()[2]);
  for (const auto& all : std::vector<Chain>{{forged, own, issuer},
                                            {stranger, issuer, forged_issuer, own},
                                            {root, issuer, own, forged},
                                            {own, own, issuer, own}}) {
    auto maker = token_maker();
    const auto timestamp = open_token(maker.set_certificates(all).write());
    ASSERT_TRUE(timestamp) << timestamp.error().detail;
    EXPECT_EQ(timestamp->certificates().front(), own);
    EXPECT_EQ(timestamp->chain_to(root_of(tsa())), tsa().chain());
    EXPECT_FALSE(timestamp->chain_to(std::vector{stranger}));
  }
  auto maker = token_maker();
  EXPECT_FALSE(open_token(maker.set_certificates({forged, issuer}).write()));
}

}  // namespace
}  // namespace countersign::x509
