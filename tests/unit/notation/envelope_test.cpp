// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/envelope.h"

#include <utility>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using oci::media_type::kCose;
using oci::media_type::kJose;
using test::cbor_bytes;
using test::cbor_text;
using test::CoseWriter;
using test::json_text;
using test::JwsWriter;

Reason refusal(std::string_view media_type, Bytes envelope) {
  const auto opened = open_envelope(media_type, envelope);
  EXPECT_FALSE(opened);
  return opened ? Reason::Internal : opened.error().reason;
}

TEST(Envelope, SaysWhatWasSignedAndByWhom) {
  CoseWriter writer(samples::signer(),
                    test::payload_of(samples::image(), R"(,"annotations":{"stage":"prod"})"));
  writer.expires(CoseWriter::kSigningTime + 60);
  writer.set_unsigned("io.cncf.notary.timestampSignature", cbor_bytes(as_bytes("token")));
  writer.set_unsigned("io.cncf.notary.signingAgent", cbor_text("agent"));

  const auto opened = open_envelope(kCose, writer.write());
  ASSERT_TRUE(opened) << opened.error().detail;
  const Envelope& envelope = **opened;
  EXPECT_EQ(envelope.scheme, SigningScheme::X509);
  EXPECT_EQ(envelope.signing_time, samples::time(CoseWriter::kSigningTime));
  EXPECT_EQ(envelope.expiry, samples::time(CoseWriter::kSigningTime + 60));
  EXPECT_EQ(envelope.chain, samples::signer().chain());
  EXPECT_EQ(envelope.algorithm, crypto::SignatureAlgorithm::EcdsaSha256);
  EXPECT_TRUE(envelope.extended_attributes.empty());
  EXPECT_NE(envelope.timestamp, nullptr);
  EXPECT_EQ(envelope.signing_agent, "agent");
  EXPECT_TRUE(envelope.target.same_content(samples::image()));
  EXPECT_TRUE(envelope.target.annotations.empty());
  EXPECT_EQ(envelope.user_metadata, (std::map<std::string, std::string>{{"stage", "prod"}}));
}

// A publisher signs many images with one chain: it is read, and its signatures are verified, once.
TEST(Envelope, ReadsTheCertificatesOfASignerOnce) {
  x509::CertificateMemory known(limits::kMiB);
  const auto first = open_envelope(kCose, samples::writer().write(), known);
  ASSERT_TRUE(first);
  EXPECT_EQ(known.known(), 0U);
  const auto payload = test::payload_of(samples::image(), R"(,"annotations":{"stage":"prod"})");
  for (const auto& [media_type, envelope] :
       {std::pair{kCose, CoseWriter(samples::signer(), payload).write()},
        std::pair{kJose, JwsWriter(samples::signer(), payload).write()}}) {
    const auto before = known.known();
    const auto other = open_envelope(media_type, envelope, known);
    ASSERT_TRUE(other) << other.error().detail;
    EXPECT_EQ(known.known() - before, samples::signer().chain().size());
    EXPECT_EQ((*other)->chain.front().der().data(), (*first)->chain.front().der().data());
  }
}

TEST(Envelope, HasNoTimestampWithoutAToken) {
  const auto opened = open_envelope(kCose, samples::writer().write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->timestamp, nullptr);
}

TEST(Envelope, OpensTheSchemeOfSigningAuthorities) {
  const auto opened = open_envelope(kCose, samples::writer().scheme_signing_authority().write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->scheme, SigningScheme::SigningAuthority);
}

TEST(Envelope, NamesTheSchemes) {
  EXPECT_EQ(name(SigningScheme::X509), "notary.x509");
  EXPECT_EQ(name(SigningScheme::SigningAuthority), "notary.x509.signingAuthority");
}

TEST(Envelope, IsReadByItsMediaTypeAlone) {  // NV-W10
  const auto cose = samples::writer().write();
  EXPECT_EQ(refusal(kJose, cose), Reason::EnvelopeInvalid);
  EXPECT_EQ(refusal("APPLICATION/COSE", cose), Reason::EnvelopeInvalid);
  EXPECT_EQ(refusal("application/cose; cose-type=cose-sign1", cose), Reason::EnvelopeInvalid);
  EXPECT_EQ(refusal("", cose), Reason::EnvelopeInvalid);
  const auto jws = samples::jws_writer().write();
  EXPECT_TRUE(open_envelope(kJose, jws));
  EXPECT_EQ(refusal(kCose, jws), Reason::EnvelopeInvalid);
  EXPECT_EQ(refusal("application/jose", jws), Reason::EnvelopeInvalid);
}

TEST(Envelope, IgnoresChangesOfTheSigningAgent) {  // NV-H36
  auto writer = samples::writer();
  writer.signature_item = cbor_bytes(writer.sign());
  writer.set_unsigned("io.cncf.notary.signingAgent", cbor_text("somebody else"));
  EXPECT_TRUE(open_envelope(kCose, writer.write()));
}

TEST(Envelope, RefusesALeafWithAnotherKey) {  // NV-X08
  auto writer = samples::writer();
  auto chain = samples::signer().chain();
  chain.front() = test::make_leaf(test::key(test::KeyType::P256, 1)).certificate();
  writer.set_unsigned(33, test::x5chain(chain));
  EXPECT_EQ(refusal(kCose, writer.write()), Reason::SignatureInvalid);
}

TEST(Envelope, LeavesAReissuedLeafToTrust) {  // NV-X09
  auto writer = samples::writer();
  const auto reissued = test::make_leaf(samples::signer().key());
  writer.set_unsigned(33, test::x5chain(reissued.chain()));
  const auto opened = open_envelope(kCose, writer.write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->chain, reissued.chain());
}

TEST(Envelope, HoldsTheChainAgainstTheProfile) {
  auto writer = samples::writer();
  auto chain = samples::signer().chain();
  std::swap(chain[1], chain[2]);  // NV-K06
  writer.set_unsigned(33, test::x5chain(chain));
  EXPECT_EQ(refusal(kCose, writer.write()), Reason::CertificateProfile);

  chain = samples::signer().chain();
  chain.pop_back();  // NV-K05
  writer.set_unsigned(33, test::x5chain(chain));
  EXPECT_EQ(refusal(kCose, writer.write()), Reason::CertificateProfile);
}

TEST(Envelope, RefusesALeafForAnotherPurpose) {  // NV-K20
  auto spec = test::leaf_spec();
  spec.extended_key_usage->purposes = {std::string(test::kServerAuth)};
  const auto signer = test::make_leaf(test::key(test::KeyType::P256), spec);
  EXPECT_EQ(refusal(kCose, CoseWriter(signer, test::payload_of(samples::image())).write()),
            Reason::CertificateProfile);
}

TEST(Envelope, RefusesAPayloadThatNamesNoArtifact) {
  EXPECT_EQ(refusal(kCose, CoseWriter(samples::signer(), "hello COSE").write()),
            Reason::PayloadMismatch);
}

TEST(Envelope, ReadsNothingSignedBeforeTheSignatureHolds) {
  CoseWriter writer(samples::signer(), "not a payload");
  writer.set_signed("io.cncf.notary.signingScheme", cbor_text("not a scheme"));
  writer.signature_item = cbor_bytes(ByteVector(64, 1));
  EXPECT_EQ(refusal(kCose, writer.write()), Reason::SignatureInvalid);
}

TEST(Envelope, SaysTheSameOfBothFormats) {
  const std::string payload =
      test::payload_of(samples::image(), R"(,"annotations":{"stage":"prod"})");
  CoseWriter cose(samples::signer(), payload);
  cose.expires(CoseWriter::kSigningTime + 60).set_signed("com.example", cbor_text("seen"));
  cose.set_unsigned("io.cncf.notary.signingAgent", cbor_text("agent"));
  JwsWriter jws(samples::signer(), payload);
  jws.expires(JwsWriter::kSigningTime + 60).set_signed("com.example", json_text("seen"));
  jws.set_unsigned("io.cncf.notary.signingAgent", json_text("agent"));

  const auto one = open_envelope(kCose, cose.write());
  const auto other = open_envelope(kJose, jws.write());
  ASSERT_TRUE(one) << one.error().detail;
  ASSERT_TRUE(other) << other.error().detail;
  EXPECT_EQ((*one)->scheme, (*other)->scheme);
  EXPECT_EQ((*one)->signing_time, (*other)->signing_time);
  EXPECT_EQ((*one)->expiry, (*other)->expiry);
  EXPECT_EQ((*one)->chain, (*other)->chain);
  EXPECT_EQ((*one)->algorithm, (*other)->algorithm);
  EXPECT_EQ((*one)->extended_attributes, (*other)->extended_attributes);
  EXPECT_EQ((*one)->extended_attributes.at("com.example"), "seen");
  EXPECT_EQ((*one)->signing_agent, (*other)->signing_agent);
  EXPECT_TRUE((*one)->target.same_content((*other)->target));
  EXPECT_EQ((*one)->user_metadata, (*other)->user_metadata);
}

TEST(Envelope, OpensJwsOfSigningAuthoritiesAndWithTimestamps) {
  const auto authority = samples::jws_writer().scheme_signing_authority().write();
  ASSERT_TRUE(open_envelope(kJose, authority));
  auto writer = samples::jws_writer();
  writer.set_unsigned("io.cncf.notary.timestampSignature", json_text("dG9rZW4="));
  const auto opened = open_envelope(kJose, writer.write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_NE((*opened)->timestamp, nullptr);
}

struct Payload {
  const char* name;
  std::string text;
  Reason reason = Reason::PayloadMismatch;
};

const Payload kPayloads[] = {
    {"NotJson", "hello"},                             // NV-J25
    {"Array", "[]", Reason::EnvelopeInvalid},         // NV-J25
    {"Scalar", "\"text\"", Reason::EnvelopeInvalid},  // NV-J25
    {"Number", "1", Reason::EnvelopeInvalid},         // NV-J25
    {"Empty", "{}"},
    {"TargetTwice", R"({"targetArtifact":{},)" + test::payload_of(samples::image()).substr(1)},
    {"DigestTwice", test::payload_of(samples::image(), R"(,"digest":"sha256:0")")},
    {"ArtifactTypeNumber", test::payload_of(samples::image(), R"(,"artifactType":1)")},
    {"TargetArray", R"({"targetArtifact":[]})"},
};

TEST(Envelope, RefusesJwsPayloadsThatNameNoArtifact) {  // JWS-12
  for (const auto& row : kPayloads) {
    EXPECT_EQ(refusal(kJose, JwsWriter(samples::signer(), row.text).write()), row.reason)
        << row.name;
  }
}

TEST(Envelope, IgnoresTokenClaimsBesideTheArtifact) {  // NV-J33 JWS-12
  const std::string claims = R"({"exp":1,"nbf":9999999999,)";
  const auto payload = claims + test::payload_of(samples::image()).substr(1);
  EXPECT_TRUE(open_envelope(kJose, JwsWriter(samples::signer(), payload).write()));
}

TEST(Envelope, ReadsNothingSignedInJwsBeforeTheSignatureHolds) {
  JwsWriter writer(samples::signer(), "not a payload");
  writer.set_signed("io.cncf.notary.signingScheme", json_text("not a scheme"));
  writer.signature = ByteVector(64, 1);
  EXPECT_EQ(refusal(kJose, writer.write()), Reason::SignatureInvalid);
}

TEST(Envelope, HoldsTheChainOfJwsAgainstTheProfile) {
  auto chain = samples::signer().chain();
  chain.pop_back();
  auto writer = samples::jws_writer();
  writer.set_unsigned("x5c", test::x5c(chain));
  EXPECT_EQ(refusal(kJose, writer.write()), Reason::CertificateProfile);
}

}  // namespace
}  // namespace countersign::notation
