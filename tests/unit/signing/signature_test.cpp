// SPDX-License-Identifier: Apache-2.0
#include "countersign/signing/signature.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/json.h"
#include "countersign/notation/envelope.h"

#include "support/test_data.h"
#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

using samples::kFormats;
using samples::kNow;
using test::KeyType;

notation::OpenedEnvelope open(Format format, const ByteVector& envelope) {
  return notation::open_envelope(media_type(format), envelope);
}

TEST(Signature, IsWhatOurOwnVerificationOpens) {
  for (const auto type : {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096, KeyType::P256,
                          KeyType::P384, KeyType::P521}) {
    const auto leaf = test::make_leaf(test::key(type));
    for (const auto format : kFormats) {
      const auto envelope =
          make_envelope(samples::request(format), *samples::local(leaf), nullptr, samples::soon());
      ASSERT_TRUE(envelope) << envelope.error().detail;
      const auto opened = open(format, *envelope);
      ASSERT_TRUE(opened) << opened.error().detail;
      const auto& read = **opened;
      EXPECT_EQ(read.scheme, notation::SigningScheme::X509);
      EXPECT_EQ(read.algorithm, leaf.key().public_key().algorithm());
      EXPECT_TRUE(read.target.same_content(samples::image()));
      EXPECT_EQ(read.chain, leaf.chain());
      EXPECT_EQ(read.signing_time, kNow);
      EXPECT_EQ(read.expiry, std::nullopt);
      EXPECT_EQ(read.signing_agent, "countersign/0.0.0");
      EXPECT_EQ(read.timestamp, nullptr);
    }
  }
}

TEST(Signature, HoldsMetadataAndExpiry) {
  for (const auto format : kFormats) {
    auto request = samples::request(format);
    request.user_metadata = {{"build", "123"}, {"stage", "<prod> & \"more\""}};
    request.expiry = kNow + std::chrono::seconds(1);
    request.agent = "";
    const auto vault = test::make_key_vault_signer();
    const auto envelope = make_envelope(request, *samples::local(vault), nullptr, samples::soon());
    ASSERT_TRUE(envelope) << envelope.error().detail;
    const auto opened = open(format, *envelope).value();
    EXPECT_EQ(opened->user_metadata, request.user_metadata);
    EXPECT_EQ(opened->expiry, request.expiry);
    EXPECT_EQ(opened->signing_agent, "");
    EXPECT_EQ(opened->chain, vault.chain());
  }
}

TEST(Signature, IsTimestampedByTheHashOfItsKey) {
  const auto leaf = test::make_leaf(test::key(KeyType::P384));
  for (const auto format : kFormats) {
    samples::Clockmaker clockmaker;
    const auto envelope = make_envelope(samples::request(format), *samples::local(leaf),
                                        &clockmaker, samples::soon());
    ASSERT_TRUE(envelope) << envelope.error().detail;
    EXPECT_EQ(clockmaker.hashes(), std::vector{crypto::HashAlgorithm::Sha384});
    const auto opened = open(format, *envelope).value();
    ASSERT_NE(opened->timestamp, nullptr);
    EXPECT_EQ(opened->timestamp->opened()->earliest(), kNow);
  }
}

// As verification demands it: inside of each certificate's time, ends included.
TEST(Signature, HasNoTimestampFromOutsideOfItsCertificates) {
  auto spec = test::leaf_spec();
  spec.not_before = kNow - std::chrono::hours(1);
  spec.not_after = kNow + std::chrono::hours(1);
  const auto leaf = test::make_leaf(test::key(KeyType::P256), spec);
  const struct {
    Time time;
    bool good;
  } rows[] = {{spec.not_before, true},
              {spec.not_after, true},
              {spec.not_before - std::chrono::seconds(1), false},
              {spec.not_after + std::chrono::seconds(1), false}};
  for (const auto& [time, good] : rows) {
    samples::Clockmaker clockmaker(time);
    const auto envelope =
        make_envelope(samples::request(), *samples::local(leaf), &clockmaker, samples::soon());
    ASSERT_EQ(envelope.has_value(), good);
    if (!good) {
      EXPECT_EQ(envelope.error().reason, Reason::CertificateExpired);
    }
  }
}

TEST(Signature, RefusesRequestsThatCannotBeSigned) {
  using Change = void (*)(Request&);
  const std::pair<std::string_view, Change> rows[] = {
      {"no time", [](Request& request) { request.signing_time = {}; }},
      {"over at once", [](Request& request) { request.expiry = kNow; }},
      {"over before", [](Request& request) { request.expiry = kNow - std::chrono::seconds(1); }},
      {"good for ever",
       [](Request& request) {
         request.expiry = kNow + limits::kExpiryMost + std::chrono::seconds(1);
       }},
      {"reserved", [](Request& request) { request.user_metadata = {{"io.cncf.notary.x", ""}}; }},
  };
  const samples::StoredSigner never({samples::leaf().chain()},
                                    fail(Reason::Internal, "nobody was to be asked"));
  for (const auto& [name, change] : rows) {
    auto request = samples::request();
    change(request);
    const auto envelope = make_envelope(request, never, nullptr, samples::soon());
    ASSERT_FALSE(envelope) << name;
    EXPECT_EQ(envelope.error().reason, Reason::BadConfig) << name;
  }
}

TEST(Signature, NeedsASignerWithAnAlgorithm) {
  const auto ed25519 = test::make_leaf(test::key(KeyType::Ed25519));
  for (const auto& chain : {x509::Chain{}, ed25519.chain()}) {
    const samples::StoredSigner signer(chain, ByteVector{1});
    const auto envelope = make_envelope(samples::request(), signer, nullptr, samples::soon());
    ASSERT_FALSE(envelope);
    EXPECT_EQ(envelope.error().reason, Reason::BadConfig);
  }
}

TEST(Signature, FailsAsItsHelpersFail) {
  const samples::StoredSigner denied(samples::leaf().chain(), fail(Reason::KeyVaultDenied, ""));
  const auto unsigned_one = make_envelope(samples::request(), denied, nullptr, samples::soon());
  ASSERT_FALSE(unsigned_one);
  EXPECT_EQ(unsigned_one.error().reason, Reason::KeyVaultDenied);

  samples::StoredTimestamper late(fail(Reason::DeadlineExceeded, ""));
  const auto unstamped =
      make_envelope(samples::request(), *samples::local(samples::leaf()), &late, samples::soon());
  ASSERT_FALSE(unstamped);
  EXPECT_EQ(unstamped.error().reason, Reason::DeadlineExceeded);
}

// Whatever signer and timestamper may do.
TEST(Signature, NeverIsWhatVerificationRefuses) {
  for (const auto format : kFormats) {
    const samples::StoredSigner wrong(samples::leaf().chain(), ByteVector(64, 1));
    const samples::StoredSigner empty(samples::leaf().chain(), ByteVector{});
    for (const auto* signer : {&wrong, &empty}) {
      const auto envelope =
          make_envelope(samples::request(format), *signer, nullptr, samples::soon());
      ASSERT_FALSE(envelope);
      EXPECT_EQ(envelope.error().reason, Reason::Internal);
    }
    const auto shortened = local_signer(samples::private_key(samples::leaf().key()),
                                        {samples::leaf().chain()[0], samples::leaf().chain()[1]});
    const auto rootless =
        make_envelope(samples::request(format), *shortened, nullptr, samples::soon());
    ASSERT_FALSE(rootless);
    EXPECT_EQ(rootless.error().reason, Reason::Internal);

    samples::StoredTimestamper nonsense(ByteVector{0x30, 0x00});
    const auto stamped = make_envelope(samples::request(format), *samples::local(samples::leaf()),
                                       &nonsense, samples::soon());
    ASSERT_FALSE(stamped);
    EXPECT_EQ(stamped.error().reason, Reason::TimestampInvalid);
  }
}

// The envelope that the Notation CLI left in a layout, and its manifest.
struct Reference {
  ByteVector envelope;
  std::string manifest;
};

Reference reference(const std::string& name, std::string_view type) {
  const auto folder = support::test_data("notation/valid/" + name + "/layout/blobs/sha256");
  Reference found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto text = support::read_test_data("notation/valid/" + name + "/layout/blobs/sha256/" +
                                              entry.path().filename().string());
    if (text.contains("x509chain.thumbprint")) {
      found.manifest = text;
    } else if (notation::open_envelope(type, as_bytes(text))) {
      found.envelope.assign(text.begin(), text.end());
    }
  }
  return found;
}

// What is signed is the same to the byte, or its signature would not do here.
TEST(Signature, IsWrittenAsTheNotationCliWritesIt) {
  const auto theirs = reference("cli-cose-expiry-2090", "application/cose");
  const auto opened = open(Format::Cose, theirs.envelope);
  ASSERT_TRUE(opened);
  const auto& facts = **opened;
  const ByteVector signature(theirs.envelope.end() - 64, theirs.envelope.end());
  const samples::StoredSigner signer(facts.chain, signature);
  const auto ours = make_envelope({.target = facts.target,
                                   .user_metadata = facts.user_metadata,
                                   .format = Format::Cose,
                                   .signing_time = facts.signing_time,
                                   .expiry = facts.expiry,
                                   .agent = facts.signing_agent},
                                  signer, nullptr, samples::soon());
  ASSERT_TRUE(ours) << ours.error().detail;
  EXPECT_EQ(*ours, theirs.envelope);
  const auto artifact =
      make_artifact(Format::Cose, *ours, facts.target, facts.chain, facts.signing_time);
  EXPECT_EQ(as_text(artifact.manifest.bytes()), theirs.manifest);
}

}  // namespace
}  // namespace countersign::signing
