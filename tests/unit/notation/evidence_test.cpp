// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/evidence.h"

#include <gtest/gtest.h>

#include "countersign/codec/rfc3339.h"

#include "examination.h"
#include "timestamps.h"

namespace countersign::notation {
namespace {

using samples::Given;
using Kind = x509::RevocationStatus::Kind;

std::vector<Evidence> evidence_of(const Given& given,
                                  const std::vector<Result<x509::RevocationStatus>>& answers = {}) {
  const auto envelope = open_envelope(given.media_type, given.envelope);
  const Candidate candidate{
      .envelope = envelope, .subject = given.subject, .required_metadata = given.metadata};
  const auto examination = examine(candidate, given.statement, given.stores, given.now);
  const auto asked = questions(examination, given.statement);
  return evidence(candidate, given.statement, given.stores, given.now, {asked, answers});
}

// All values of that name, one a line.
std::string told(const std::vector<Evidence>& evidence, Check check, std::string_view name) {
  std::string text;
  for (const auto& each : evidence) {
    if (each.check == check && each.name == name) {
      text += (text.empty() ? "" : "\n") + each.value;
    }
  }
  return text;
}

TEST(Evidence, SaysWhatWasComparedWithWhat) {
  Given given;
  given.metadata = {{"stage", "production"}};
  const auto found = evidence_of(given);
  const auto image = samples::image().digest.text() + ", 528 bytes, " + samples::image().media_type;
  EXPECT_EQ(told(found, Check::Integrity, "signed"), image);
  EXPECT_EQ(told(found, Check::Integrity, "image"), image);
  EXPECT_EQ(told(found, Check::Integrity, "signature"), "ECDSA-SHA-256 by a key EC prime256v1");
  EXPECT_EQ(told(found, Check::Integrity, "required metadata"),
            "stage=production, signed was nothing");
}

TEST(Evidence, NamesTheStoreAndTheCertificateThatAnchors) {
  const auto& root = samples::signer().chain().back();
  Given given;
  given.statement.stores.push_back({trust::StoreType::Ca, "missing"});
  given.statement.stores.push_back({trust::StoreType::Ca, "other"});
  given.stores =
      samples::stores({{"ca:acme", {root}}, {"ca:other", {test::make_root().certificate()}}});
  EXPECT_EQ(told(evidence_of(given), Check::Authenticity, "trust store"),
            "ca:acme has \"" + root.subject() + "\" (" + root.thumbprint() +
                ")\nca:missing can't be used: trust store ca:missing is not configured\n"
                "ca:other has none of the chain; it has 1 certificates");
}

TEST(Evidence, NamesTheIdentityThatMatched) {
  Given given;
  EXPECT_EQ(told(evidence_of(given), Check::Authenticity, "trusted identity"), "* (any)");
  given.statement.identities = Statement::Identities::Listed;
  given.statement.subjects = {
      x509::Name::parse_identity("C=US, ST=WA, O=Other", Reason::Internal).value(),
      x509::Name::parse_identity("C=US, ST=WA, O=Acme", Reason::Internal).value()};
  const auto found = evidence_of(given);
  EXPECT_EQ(told(found, Check::Authenticity, "trusted identity"), "C=US, ST=WA, O=Acme");
  EXPECT_EQ(told(found, Check::Authenticity, "other identity"), "C=US, ST=WA, O=Other");
}

TEST(Evidence, SaysWhichTimeCounts) {
  Given given;
  EXPECT_EQ(told(evidence_of(given), Check::AuthenticTimestamp, "time that counts"),
            "now, " + codec::format_rfc3339(given.now));
  EXPECT_EQ(told(evidence_of(given), Check::AuthenticTimestamp, "timestamp"), "");

  given.envelope = samples::timestamped(samples::writer(), samples::at(given.now));
  given.statement = samples::timed();
  given.stores = samples::stores(
      {{"ca:acme", {samples::signer().chain().back()}}, {"tsa:time", {samples::tsa_root()}}});
  const auto found = evidence_of(given);
  EXPECT_EQ(told(found, Check::AuthenticTimestamp, "time that counts"), "the timestamp");
  EXPECT_TRUE(told(found, Check::AuthenticTimestamp, "timestamp").contains(" to "));
  EXPECT_TRUE(told(found, Check::AuthenticTimestamp, "trust store")
                  .starts_with("tsa:time has \"" + samples::tsa_root().subject()));
}

TEST(Evidence, TellsOfEachAnswerAboutRevocation) {
  auto spec = test::leaf_spec();
  spec.crl_urls = {"http://crl.example/1"};
  const auto leaf = test::make_leaf(test::key(test::KeyType::P256), spec);
  const Given given{.envelope = test::CoseWriter(leaf, test::payload_of(samples::image())).write(),
                    .stores = samples::stores({{"ca:acme", {leaf.chain().back()}}})};
  const auto found = evidence_of(
      given, {x509::RevocationStatus{Kind::Good, "by its CRL", given.now, std::nullopt}});
  EXPECT_EQ(told(found, Check::Revocation, "CRL"), "http://crl.example/1");
  EXPECT_EQ(told(found, Check::Revocation, "answer"),
            "not revoked: by its CRL, good until " + codec::format_rfc3339(given.now));
  EXPECT_TRUE(told(found, Check::Revocation, "not asked about").contains("names no source"));
}

TEST(Evidence, HasNothingToSayOfBytesThatAreNoEnvelope) {
  Given given;
  given.envelope = {1, 2, 3};
  EXPECT_TRUE(evidence_of(given).empty());
}

}  // namespace
}  // namespace countersign::notation
