// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/envelope.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

using oci::media_type::kCose;
using oci::media_type::kJose;
using test::cbor_bytes;
using test::cbor_text;
using test::CoseWriter;

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
  const auto signature = writer.sign();
  writer.signature_item = cbor_bytes(signature);

  const auto opened = open_envelope(kCose, writer.write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->scheme, SigningScheme::X509);
  EXPECT_EQ(opened->signing_time, samples::time(CoseWriter::kSigningTime));
  EXPECT_EQ(opened->expiry, samples::time(CoseWriter::kSigningTime + 60));
  EXPECT_EQ(opened->chain, samples::signer().chain());
  EXPECT_EQ(opened->algorithm, crypto::SignatureAlgorithm::EcdsaSha256);
  EXPECT_EQ(opened->signature, signature);
  EXPECT_EQ(as_text(opened->timestamp), "token");
  EXPECT_EQ(opened->signing_agent, "agent");
  EXPECT_TRUE(opened->target.same_content(samples::image()));
  EXPECT_EQ(opened->user_metadata, (std::map<std::string, std::string>{{"stage", "prod"}}));
}

TEST(Envelope, OpensTheSchemeOfSigningAuthorities) {
  const auto opened = open_envelope(kCose, samples::writer().scheme_signing_authority().write());
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->scheme, SigningScheme::SigningAuthority);
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
  EXPECT_EQ(refusal(kCose, as_bytes(R"({"payload":"","protected":"","signature":""})")),
            Reason::EnvelopeInvalid);
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
  EXPECT_EQ(opened->chain, reissued.chain());
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

TEST(Envelope, SaysThatJwsIsNotVerifiedYet) {
  const auto opened = open_envelope(kJose, as_bytes("{}"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::EnvelopeInvalid);
  EXPECT_NE(opened.error().detail.find("JWS"), std::string::npos);
}

}  // namespace
}  // namespace countersign::notation
