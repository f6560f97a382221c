// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/notation_verifier.h"

#include <gtest/gtest.h>

#include "signed_image.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using policy::Verdict;

TEST_F(NotationVerifierTest, TrustsAGoodSignature) {
  const auto signature = sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted) << report->detail;
  EXPECT_EQ(report->policy, "apps");
  ASSERT_EQ(report->signatures.size(), 1U);
  EXPECT_EQ(report->signatures[0].digest, signature.digest);
  EXPECT_EQ(report->signatures[0].media_type, oci::media_type::kCose);
  EXPECT_EQ(requests_, 3U);  // referrers, signature manifest, envelope
}

TEST_F(NotationVerifierTest, SaysSoWhenThereIsNoSignature) {  // NV-W01
  for (const auto* level : {"strict", "permissive", "audit"}) {
    const auto report = verify(level);
    ASSERT_TRUE(report) << level;
    EXPECT_EQ(report->verdict, Verdict::Untrusted) << level;
    EXPECT_EQ(report->reason, Reason::SignatureNotFound) << level;
  }
}

TEST_F(NotationVerifierTest, SettlesWithoutLookingWhatThePolicyAloneDecides) {  // POL-05
  sign(acme());
  const auto skipped = verify("skip");
  ASSERT_TRUE(skipped);
  EXPECT_EQ(skipped->verdict, Verdict::Skipped);
  EXPECT_EQ(skipped->policy, "apps");
  EXPECT_EQ(requests_, 0U);

  const auto nobody = verify("strict", "registry.example/team/other");  // POL-01
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->verdict, Verdict::Untrusted);
  EXPECT_EQ(nobody->reason, Reason::NoPolicy);
  EXPECT_EQ(requests_, 0U);
}

TEST_F(NotationVerifierTest, FindsTheGoodSignatureAmongBadOnes) {  // NV-W03
  push_many_junk(10);
  sign(stranger());
  sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(report->signatures.back().verdict, Verdict::Trusted);
}

TEST_F(NotationVerifierTest, FindsItBesideOneThatCantBeFetched) {  // NV-W03
  push_junk("unreachable");
  store_.faults.emplace(envelopes_.back().digest, Error{Reason::RegistryUnavailable, "503"});
  sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted);
}

TEST_F(NotationVerifierTest, IsUndecidedWhenASignatureCouldNotBeLookedAt) {
  struct Row {
    const char* name;
    bool manifest;  // else the envelope
  };
  for (const auto& row : {Row{"manifest", true}, Row{"envelope", false}}) {
    store_.faults.clear();
    sign(stranger());
    const auto unseen = push_junk(row.name);
    store_.faults.emplace(row.manifest ? unseen.digest : envelopes_.back().digest,
                          Error{Reason::RegistryThrottled, "429"});
    const auto report = verify();
    ASSERT_FALSE(report) << row.name;
    EXPECT_EQ(report.error().reason, Reason::RegistryThrottled) << row.name;
  }
}

TEST_F(NotationVerifierTest, TakesTheRegistrysDefiniteNoForAFinding) {  // NV-W04
  for (const auto reason : {Reason::ImageNotFound, Reason::DigestMismatch}) {
    store_.faults.clear();
    push_junk(wire_name(reason));
    store_.faults.emplace(envelopes_.back().digest, Error{reason, ""});
    const auto report = verify();
    ASSERT_TRUE(report) << wire_name(reason);
    EXPECT_EQ(report->reason, Reason::EnvelopeInvalid) << wire_name(reason);
  }
}

TEST_F(NotationVerifierTest, DoesNotTakeAFailedListForAnEmptyOne) {
  store_.referrers_fault = Error{Reason::RegistryUnavailable, "503"};
  const auto report = verify();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().reason, Reason::RegistryUnavailable);
}

TEST_F(NotationVerifierTest, StopsAtTheLimit) {  // NV-W02, OVL-09
  options_.max_signatures = 3;
  push_many_junk(3);
  auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::EnvelopeInvalid) << "as many as allowed, all bad";

  push_many_junk(200);
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::SignatureLimit);
  EXPECT_EQ(report->signatures.size(), 3U);
  EXPECT_EQ(requests_, 1 + 2 * 3U);
}

TEST_F(NotationVerifierTest, LooksFirstAtSignaturesThatClaimATrustedCertificate) {  // OVL-10
  push_many_junk(200);
  const auto claim = R"([")" + acme().certificate().thumbprint() + R"(",")" +
                     acme().chain().back().thumbprint() + R"("])";
  sign(acme(), {{"io.cncf.notary.x509chain.thumbprint#S256", claim}});
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(requests_, 3U);
}

TEST_F(NotationVerifierTest, DoesNotBelieveTheClaim) {  // NV-W11
  const std::string lie = acme().chain().back().thumbprint();
  sign(stranger(), {{"io.cncf.notary.x509chain.thumbprint#S256", lie}});
  sign(stranger(), {{"io.cncf.notary.x509chain.thumbprint#S256", "[\"" + lie}});
  auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::Untrusted);

  sign(acme(), {{"io.cncf.notary.x509chain.thumbprint#S256", "[]"}});
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted);
}

TEST_F(NotationVerifierTest, TellsTheSameStoryInWhateverOrderTheRegistryLists) {
  std::vector<std::string> stories;
  std::vector<oci::Descriptor> signatures;
  for (const auto* content : {"a", "b", "c", "d"}) {
    signatures.push_back(push_junk(content));
  }
  for (int turn = 0; turn < 2; ++turn) {
    store_.referrers.clear();
    std::ranges::reverse(signatures);
    for (const auto& each : signatures) {
      store_.referrers.emplace(image_.digest, each);
    }
    store_.referrers.emplace(image_.digest, signatures.front());  // listed twice
    const auto report = verify();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->signatures.size(), 4U);
    stories.push_back(report->detail + report->signatures[0].digest.text());
  }
  EXPECT_EQ(stories[0], stories[1]);
}

TEST_F(NotationVerifierTest, NamesTheSignatureThatIsNearestToTrust) {
  push_junk("no signature at all");
  sign(stranger());
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::Untrusted);
  EXPECT_EQ(report->signatures.size(), 2U);
}

TEST_F(NotationVerifierTest, RefusesASignatureOfAnotherImage) {  // NV-W07
  const auto other = store_.push(oci::media_type::kOciManifest, R"({"schemaVersion":3})");
  const test::CoseWriter writer(acme(), test::payload_of(other));
  const auto envelope = store_.push(oci::media_type::kCose, writer.write());
  store_.push_signature(image_, envelope);  // the manifest lies about its subject
  auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::PayloadMismatch);

  store_.referrers.clear();
  const auto honest = store_.push_signature(other, envelope);  // the registry lies
  store_.referrers.clear();
  store_.referrers.emplace(image_.digest, honest);
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::EnvelopeInvalid);
}

TEST_F(NotationVerifierTest, AsksForMetadataThatMustBeSigned) {
  sign(acme());
  metadata_ = {{"stage", "production"}};
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::PayloadMismatch);
}

TEST_F(NotationVerifierTest, NeverFetchesAnEnvelopeThatIsTooLarge) {
  const auto huge = store_.push(oci::media_type::kCose, ByteVector(limits::kEnvelopeBytes + 1));
  store_.push_signature(image_, huge);
  const auto report = verify();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().reason, Reason::RegistryResponse);
  EXPECT_EQ(requests_, 2U);
}

// A chain whose leaf names a source of revocation status.
test::Signer with_ocsp() {
  auto leaf = test::leaf_spec();
  leaf.ocsp_urls = {"http://ocsp.example/"};
  return test::make_root().issue(leaf, test::key(test::KeyType::P256));
}

TEST_F(NotationVerifierTest, AsksAboutRevocationOnlyForAnchoredChains) {
  const auto signer = with_ocsp();
  sign(signer);
  auto report = verify("audit");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted) << "level audit logs that nobody knows the chain";
  EXPECT_EQ(revocation_.asked, 0U);

  snapshot_ = trust::Snapshot(
      {{{trust::StoreType::Ca, "acme"}, {.certificates = {signer.chain().back()}}}}, 2);
  report = verify("strict");
  ASSERT_TRUE(report);
  EXPECT_EQ(revocation_.asked, 1U);
  EXPECT_EQ(report->reason, Reason::RevocationUnknown);
}

TEST_F(NotationVerifierTest, RefusesARevokedSigner) {
  const auto signer = with_ocsp();
  sign(signer);
  snapshot_ = trust::Snapshot(
      {{{trust::StoreType::Ca, "acme"}, {.certificates = {signer.chain().back()}}}}, 2);
  const auto later = clock_.now() + 24h;
  for (const auto& [status, verdict] :
       {std::pair{notation::Answer::Status::Revoked, Verdict::Untrusted},
        std::pair{notation::Answer::Status::Good, Verdict::Trusted}}) {
    revocation_ = CountingRevocation({status, "", later});
    const auto report = verify("strict");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->verdict, verdict);
  }
}

TEST(NoRevocation, AnswersEveryQuestionWithUnknown) {
  const auto& chain = acme().chain();
  const std::vector<notation::Question> questions(3, {chain.front(), chain.back()});
  const test::FixedClock clock;
  const auto answers = make_no_revocation()->ask(questions, clock.in(1s));
  ASSERT_EQ(answers.size(), questions.size());
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, notation::Answer::Status::Unknown);
  }
}

TEST_F(NotationVerifierTest, NamesTheStoresOfItsPolicy) {
  const auto verifier = make_notation_verifier(
      *notation::TrustPolicy::parse(trust_policy("strict")), options_, revocation_);
  EXPECT_EQ(verifier->stores(), (std::vector<trust::StoreName>{{trust::StoreType::Ca, "acme"}}));
  EXPECT_EQ(verifier->name(), "notation");
}

}  // namespace
}  // namespace countersign::admission
