// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "examination.h"

namespace countersign::notation {
namespace {

using samples::day;
using samples::examine;
using samples::expect_failure;
using samples::expect_pass;
using samples::Given;
using samples::Metadata;
using samples::result;
using test::CoseWriter;

TEST(Examine, PassesAGoodSignatureInEveryCheck) {
  const auto examination = examine(Given{});
  ASSERT_EQ(examination.results.size(), 4U);
  const Check order[] = {Check::Integrity, Check::Authenticity, Check::AuthenticTimestamp,
                         Check::Expiry};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(examination.results[i].check, order[i]);
    EXPECT_EQ(examination.results[i].outcome, Outcome::Pass) << examination.results[i].detail;
  }
  ASSERT_TRUE(examination.envelope);
  ASSERT_TRUE(examination.anchor);
  EXPECT_EQ(examination.anchor->chain(), samples::signer().chain());
  EXPECT_EQ(examination.anchor->trusted(), 2U);
}

// --- integrity: fatal at every level

void expect_fatal(Given given, Reason reason) {
  for (const Action action : {Action::Enforce, Action::Log, Action::Skip}) {
    given.statement.actions.fill(action);
    const auto examination = examine(given);
    ASSERT_EQ(examination.results.size(), 1U);
    EXPECT_EQ(examination.results[0].check, Check::Integrity);
    EXPECT_EQ(examination.results[0].action, Action::Enforce);
    EXPECT_EQ(examination.results[0].outcome, Outcome::Fail);
    EXPECT_EQ(examination.results[0].reason, reason) << examination.results[0].detail;
    EXPECT_FALSE(examination.envelope);
    EXPECT_FALSE(examination.anchor);
  }
}

TEST(Examine, RefusesABrokenEnvelopeAtEveryLevel) {
  expect_fatal({.envelope = {}}, Reason::EnvelopeInvalid);
  auto writer = samples::writer();
  writer.signature_item = test::cbor_bytes(ByteVector(64, 1));
  expect_fatal({.envelope = writer.write()}, Reason::SignatureInvalid);
}

TEST(Examine, RefusesASignatureOfSomethingElseAtEveryLevel) {  // NV-P01 NV-P02 NV-P03 NV-P09
  auto other = samples::image();
  other.digest = oci::Digest::of(as_bytes("another image"));
  expect_fatal({.subject = other}, Reason::PayloadMismatch);
  auto larger = samples::image();
  larger.size += 1;  // BND-05
  expect_fatal({.subject = larger}, Reason::PayloadMismatch);
  auto docker = samples::image();
  docker.media_type = oci::media_type::kDockerManifest;  // BND-05
  expect_fatal({.subject = docker}, Reason::PayloadMismatch);
  auto sha512 = samples::image();
  sha512.digest = oci::Digest::of(as_bytes("image"), crypto::HashAlgorithm::Sha512);
  expect_fatal({.subject = sha512}, Reason::PayloadMismatch);
}

TEST(Examine, WantsTheRequiredMetadataExactly) {  // NV-P07
  const CoseWriter writer(
      samples::signer(),
      test::payload_of(samples::image(), R"(,"annotations":{"stage":"prod","empty":""})"));
  const Given given{.envelope = writer.write()};
  const auto with = [&](const Metadata& metadata) {
    auto changed = given;
    changed.metadata = metadata;
    return changed;
  };
  expect_pass(with({}), Check::Integrity);
  expect_pass(with({{"stage", "prod"}}), Check::Integrity);
  expect_pass(with({{"stage", "prod"}, {"empty", ""}}), Check::Integrity);
  expect_fatal(with({{"stage", "test"}}), Reason::PayloadMismatch);
  expect_fatal(with({{"stage", ""}}), Reason::PayloadMismatch);
  expect_fatal(with({{"Stage", "prod"}}), Reason::PayloadMismatch);
  expect_fatal(with({{"stage", "prod"}, {"team", "x"}}), Reason::PayloadMismatch);
  expect_fatal(with({{"team", ""}}), Reason::PayloadMismatch);
}

// --- authenticity

TEST(Examine, AnchorsAtAnyCertificateOfTheChain) {  // CRT-09
  for (std::size_t i = 0; i < samples::signer().chain().size(); ++i) {
    const auto examination =
        examine(Given{.stores = samples::stores({{"ca:acme", {samples::signer().chain()[i]}}})});
    ASSERT_TRUE(examination.anchor) << i;
    EXPECT_EQ(examination.anchor->trusted(), i);
  }
}

TEST(Examine, AnchorsAtTheHighestTrustedCertificate) {
  const auto& chain = samples::signer().chain();
  auto statement = samples::strict();
  statement.stores.push_back({trust::StoreType::Ca, "more"});
  const auto examination =
      examine(Given{.statement = statement,
                    .stores = samples::stores({{"ca:acme", {chain[1]}}, {"ca:more", {chain[0]}}})});
  ASSERT_TRUE(examination.anchor);
  EXPECT_EQ(examination.anchor->trusted(), 1U);
}

TEST(Examine, TrustsNoStranger) {
  const auto stranger = test::make_leaf(test::key(test::KeyType::P256, 1));
  expect_failure({.stores = samples::stores({{"ca:acme", {stranger.chain().back()}}})},
                 Check::Authenticity, Reason::Untrusted);
}

TEST(Examine, ComparesTrustedCertificatesByTheirBytes) {  // NV-S09 CRT-09
  const auto key = test::key(test::KeyType::P256, 2);
  const auto root = test::Signer::self_signed(test::ca_spec(), key);
  const auto reissued = test::Signer::self_signed(test::ca_spec(), key);
  ASSERT_FALSE(root.certificate() == reissued.certificate());
  const auto leaf = root.issue(test::leaf_spec());
  Given given{.envelope = CoseWriter(leaf, test::payload_of(samples::image())).write(),
              .stores = samples::stores({{"ca:acme", {reissued.certificate()}}})};
  expect_failure(given, Check::Authenticity, Reason::Untrusted);
  given.stores = samples::stores({{"ca:acme", {root.certificate()}}});
  expect_pass(given, Check::Authenticity);
}

TEST(Examine, IgnoresStoresThatTheStatementDoesNotName) {  // NV-S07
  expect_failure({.stores = samples::stores({{"ca:acme", {test::make_root().certificate()}},
                                             {"ca:other", {samples::signer().chain().back()}}})},
                 Check::Authenticity, Reason::Untrusted);
}

TEST(Examine, MatchesTheStoreTypeWithTheScheme) {  // NV-S06
  const auto root = samples::signer().chain().back();
  auto both = samples::strict();
  both.stores.push_back({trust::StoreType::SigningAuthority, "acme"});
  const auto authority = samples::writer().scheme_signing_authority().write();
  const auto ca_only = samples::stores(
      {{"ca:acme", {root}}, {"signingAuthority:acme", {test::make_root().certificate()}}});
  const auto authority_only = samples::stores(
      {{"ca:acme", {test::make_root().certificate()}}, {"signingAuthority:acme", {root}}});

  expect_pass({.statement = both, .stores = ca_only}, Check::Authenticity);
  expect_failure({.statement = both, .stores = authority_only}, Check::Authenticity,
                 Reason::Untrusted);
  expect_pass({.envelope = authority, .statement = both, .stores = authority_only},
              Check::Authenticity);
  expect_failure({.envelope = authority, .statement = both, .stores = ca_only}, Check::Authenticity,
                 Reason::Untrusted);
}

TEST(Examine, SaysWhenAStoreIsTheTrouble) {  // NV-S01
  expect_failure({.stores = {}}, Check::Authenticity, Reason::TrustStoreEmpty);
  const trust::Store stale({{.name = "all",
                             .entries = {{samples::signer().chain().back()}},
                             .loaded_at = samples::time(0),
                             .stale_at = samples::kNow}});
  expect_failure({.stores = {{{{trust::StoreType::Ca, "acme"}, stale}}, 1}}, Check::Authenticity,
                 Reason::TrustStoreStale);
}

// What a store lacks because it could not be looked at may be what would anchor the chain.
TEST(Examine, DoesNotCallUntrustedWhatItCouldNotLookAt) {
  const auto stranger = test::make_root().certificate();
  const trust::Holding known{.name = "one", .entries = {{stranger}}, .loaded_at = samples::kNow};
  const trust::Holding unknown{.name = "two", .failure = Error{Reason::KeyVaultDenied, "403"}};
  const auto given = [&](std::vector<trust::Holding> holdings) {
    return trust::Snapshot({{{trust::StoreType::Ca, "acme"}, trust::Store(std::move(holdings))}},
                           1);
  };
  expect_failure({.stores = given({known})}, Check::Authenticity, Reason::Untrusted);
  expect_failure({.stores = given({known, unknown})}, Check::Authenticity, Reason::TrustStoreEmpty);
}

TEST(Examine, NeedsOnlyTheStoreThatHasTheCertificate) {
  auto statement = samples::strict();
  statement.stores.insert(statement.stores.begin(), {trust::StoreType::Ca, "missing"});
  expect_pass({.statement = statement}, Check::Authenticity);
}

struct Identity {
  const char* text;
  bool matches;
};

TEST(Examine, WantsOneOfTheTrustedIdentities) {  // NV-O19
  const Identity kIdentities[] = {
      {"C=US, ST=WA, O=Acme", true},        {"CN=Acme Signer, O=Acme, ST=WA, C=US", true},
      {"C=US, S=WA, O=Acme", true},         {"C=US, ST=WA, O=acme", false},
      {"C=US, ST=WA, O=Acm", false},        {"C=US, ST=WA, O=Acme, CN=Acme Root", false},
      {"C=US, ST=WA, O=Acme, OU=x", false},
  };
  for (const auto& row : kIdentities) {
    Given given;
    given.statement.identities = Statement::Identities::Listed;
    given.statement.subjects = {
        x509::Name::parse_identity("C=DE, ST=BE, O=Other", Reason::Internal).value(),
        x509::Name::parse_identity(row.text, Reason::Internal).value()};
    if (row.matches) {
      expect_pass(given, Check::Authenticity);
    } else {
      expect_failure(given, Check::Authenticity, Reason::IdentityMismatch);
    }
  }
}

TEST(Examine, MatchesNobodyWithoutAnX509Identity) {  // NV-O22
  Given given;
  given.statement.identities = Statement::Identities::Listed;
  expect_failure(given, Check::Authenticity, Reason::IdentityMismatch);
}

// --- actions

TEST(Examine, LogsWhatTheStatementOnlyLogs) {  // NV-V01 NV-W12
  Given given{.envelope = samples::writer().expires(CoseWriter::kSigningTime + 1).write(),
              .stores = {},
              .now = day(2095, 1, 1)};
  const std::pair<Check, Reason> kFailures[] = {
      {Check::Authenticity, Reason::TrustStoreEmpty},
      {Check::AuthenticTimestamp, Reason::CertificateExpired},
      {Check::Expiry, Reason::SignatureExpired}};
  for (const auto& [check, reason] : kFailures) {
    given.statement = samples::with_action(samples::strict(), check, Action::Log);
    const auto examination = examine(given);
    for (const auto& [other, expected] : kFailures) {
      EXPECT_EQ(result(examination, other).outcome, Outcome::Fail);
      EXPECT_EQ(result(examination, other).reason, expected);
      EXPECT_EQ(result(examination, other).action, other == check ? Action::Log : Action::Enforce);
    }
  }
}

TEST(Examine, KeepsTheAnchorWhenFailuresAreOnlyLogged) {
  Given given{.envelope = samples::writer().expires(CoseWriter::kSigningTime + 1).write()};
  EXPECT_FALSE(examine(given).anchor);
  given.statement = samples::with_action(samples::strict(), Check::Expiry, Action::Log);
  EXPECT_TRUE(examine(given).anchor);
}

TEST(Examine, GivesNoAnchorToAStrangerAtAnyLevel) {
  Given given;
  given.stores = samples::stores({{"ca:acme", {test::make_root().certificate()}}});
  given.statement.actions = {Action::Enforce, Action::Log, Action::Log, Action::Log, Action::Log};
  const auto examination = examine(given);
  EXPECT_TRUE(examination.envelope);
  EXPECT_FALSE(examination.anchor);
}

}  // namespace
}  // namespace countersign::notation
