// SPDX-License-Identifier: Apache-2.0
#include "admission/signature_search.h"

#include <set>

#include <gtest/gtest.h>

#include "signed_image.h"

namespace countersign::admission {
namespace {

using policy::Verdict;

class SignatureSearchTest : public NotationVerifierTest {};

// Also at level audit: the trust policy has no word for an image without any signature.
TEST_F(SignatureSearchTest, SaysSoWhenThereIsNoSignature) {  // NV-W01
  for (const auto* level : {"strict", "permissive", "audit"}) {
    const auto report = verify(level);
    ASSERT_TRUE(report) << level;
    EXPECT_EQ(report->verdict, Verdict::Untrusted) << level;
    EXPECT_EQ(report->reason, Reason::SignatureNotFound) << level;
  }
}

TEST_F(SignatureSearchTest, FindsTheGoodSignatureAmongBadOnes) {  // NV-W03
  push_many_junk(10);
  sign(stranger());
  sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(report->signatures.back().verdict, Verdict::Trusted);
}

TEST_F(SignatureSearchTest, FindsItBesideOneThatCantBeFetched) {  // NV-W03
  push_junk("unreachable");
  store_.faults.emplace(envelopes_.back().digest, Error{Reason::RegistryUnavailable, "503"});
  sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted);
}

TEST_F(SignatureSearchTest, IsUndecidedWhenASignatureCouldNotBeLookedAt) {
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

TEST_F(SignatureSearchTest, TakesTheRegistrysDefiniteNoForAFinding) {  // NV-W04
  for (const auto reason : {Reason::ImageNotFound, Reason::DigestMismatch}) {
    for (const bool manifest : {true, false}) {
      store_.faults.clear();
      const auto lost = push_junk(wire_name(reason));
      store_.faults.emplace(manifest ? lost.digest : envelopes_.back().digest, Error{reason, ""});
      const auto report = verify();
      ASSERT_TRUE(report) << wire_name(reason);
      EXPECT_EQ(report->reason, Reason::EnvelopeInvalid) << wire_name(reason);
      // Whoever reads "malformed" would sign anew in vain: it is the registry that lost something.
      EXPECT_NE(report->detail.find("mend the registry"), std::string::npos) << report->detail;
      EXPECT_NE(report->detail.find(manifest ? "manifest" : "envelope"), std::string::npos)
          << report->detail;
    }
  }
}

TEST_F(SignatureSearchTest, TakesAWrongSizeForAFinding) {
  for (const int difference : {-1, 1}) {
    store_.referrers.clear();
    auto envelope = store_.push(oci::media_type::kCose, "bytes of an envelope");
    envelope.size = static_cast<std::uint64_t>(static_cast<int>(envelope.size) + difference);
    store_.push_signature(image_, envelope);
    const auto report = verify();
    ASSERT_TRUE(report) << difference;
    EXPECT_EQ(report->reason, Reason::EnvelopeInvalid) << difference;
  }
}

TEST_F(SignatureSearchTest, DoesNotTakeAFailedListForAnEmptyOne) {
  store_.referrers_fault = Error{Reason::RegistryUnavailable, "503"};
  const auto report = verify();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().reason, Reason::RegistryUnavailable);
}

TEST_F(SignatureSearchTest, StopsAtTheLimit) {  // NV-W02, OVL-09
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
  EXPECT_NE(report->detail.find("ENVELOPE_INVALID"), std::string::npos) << report->detail;
  EXPECT_EQ(requests_, 2 + 2 * 3U) << "a refusal asks for a recent list";

  options_.max_signatures = 0;
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::SignatureLimit);
}

TEST_F(SignatureSearchTest, LooksFirstAtSignaturesThatClaimATrustedCertificate) {  // OVL-10
  push_many_junk(200);
  const auto claim = R"([")" + acme().certificate().thumbprint() + R"(",")" +
                     acme().chain().back().thumbprint() + R"("])";
  sign(acme(), {{"io.cncf.notary.x509chain.thumbprint#S256", claim}});
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(requests_, 3U);
}

TEST_F(SignatureSearchTest, DoesNotBelieveTheClaim) {  // NV-W11
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

TEST_F(SignatureSearchTest, TellsTheSameStoryInWhateverOrderTheRegistryLists) {
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

TEST_F(SignatureSearchTest, NamesTheSignatureThatIsNearestToTrust) {
  push_junk("no signature at all");
  sign(stranger());
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::Untrusted);
  EXPECT_EQ(report->signatures.size(), 2U);
}

TEST_F(SignatureSearchTest, RefusesASignatureOfAnotherImage) {  // NV-W07
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

TEST_F(SignatureSearchTest, AdmitsByAnOldListAndRefusesByARecentOneOnly) {
  store_.kept_referrers.emplace();
  auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::SignatureNotFound);

  sign(acme());
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, policy::Verdict::Trusted) << "signed after the old list was read";

  store_.kept_referrers = store_.referrers;
  store_.referrers.clear();
  report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, policy::Verdict::Trusted) << "the old list is good enough";
  EXPECT_EQ(requests_, 3U);
}

TEST_F(SignatureSearchTest, NeverFetchesAnEnvelopeThatIsTooLarge) {
  const auto huge = store_.push(oci::media_type::kCose, ByteVector(limits::kEnvelopeBytes + 1));
  store_.push_signature(image_, huge);
  const auto report = verify();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().reason, Reason::RegistryResponse);
  EXPECT_EQ(requests_, 2U);
}

TEST_F(SignatureSearchTest, KeepsAllReasons) {
  push_junk("no signature at all");
  sign(stranger());
  push_junk("lost");
  store_.faults.emplace(envelopes_.back().digest, Error{Reason::ImageNotFound, ""});
  auto late = test::leaf_spec();
  late.not_after = clock_.now() - std::chrono::seconds(1);
  const auto expired = test::make_root().issue(late, test::key(test::KeyType::P256));
  sign(expired);
  trust(expired);
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::CertificateExpired) << report->detail;
  std::multiset<Reason> reasons;
  for (const auto& signature : report->signatures) {
    reasons.insert(signature.reason);
  }
  EXPECT_EQ(reasons, (std::multiset<Reason>{Reason::EnvelopeInvalid, Reason::EnvelopeInvalid,
                                            Reason::Untrusted, Reason::CertificateExpired}));
}

// Signers of one root: who they are is for the test to say.
class SignersTest : public SignatureSearchTest {
 protected:
  SignersTest() {
    trust(root_);
    signers_ = 2;
  }
  test::Signer signer(const std::string& name, unsigned key) {
    return root_.issue(test::leaf_spec("C=US, ST=WA, O=Acme, CN=" + name),
                       test::key(test::KeyType::P256, key));
  }
  void expect(Reason reason, const char* row) {
    const auto report = verify();
    ASSERT_TRUE(report) << row << ": " << report.error().detail;
    EXPECT_EQ(report->verdict, Verdict::Untrusted) << row;
    EXPECT_EQ(report->reason, reason) << row << ": " << report->detail;
  }

  test::Signer root_ = test::make_root();
};

TEST_F(SignersTest, CountsPartiesAndNotSignatures) {  // POL-13
  sign(signer("one", 1));
  expect(Reason::TooFewSigners, "one");
  sign(signer("one", 1));
  expect(Reason::TooFewSigners, "the same certificate's key twice");
  sign(signer("one", 2));
  expect(Reason::TooFewSigners, "another key of the same subject");
  sign(signer("two", 1));
  const auto both = verify();
  ASSERT_TRUE(both);
  EXPECT_EQ(both->verdict, Verdict::Trusted) << "one with key 2, two with key 1: " << both->detail;
  signers_ = 3;
  expect(Reason::TooFewSigners, "no third");
}

TEST_F(SignersTest, DoesNotCountOneKeyUnderTwoNames) {  // POL-13
  sign(signer("one", 1));
  sign(signer("two", 1));
  expect(Reason::TooFewSigners, "one key");
}

TEST_F(SignersTest, CountsOnlyWhoIsTrusted) {
  sign(signer("one", 7));  // the stranger has key 1
  sign(stranger());
  push_junk("no signature");
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::TooFewSigners);
  EXPECT_NE(report->detail.find("1 of 2"), std::string::npos) << report->detail;
  EXPECT_NE(report->detail.find("UNTRUSTED"), std::string::npos) << report->detail;
  trust({root_.certificate(), stranger().chain().back()});
  EXPECT_EQ(verify()->verdict, Verdict::Trusted);
}

TEST_F(SignersTest, SaysWhatIsWrongWhenNobodyIsTrusted) {
  expect(Reason::SignatureNotFound, "no signature");
  sign(stranger());
  expect(Reason::Untrusted, "a stranger's");
}

TEST_F(SignersTest, StopsAtTheOneThatIsEnough) {
  for (unsigned number = 1; number <= 5; ++number) {
    sign(signer(std::to_string(number), number));
  }
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(report->signatures.size(), 2U);
}

TEST_F(SignersTest, IsUndecidedWhenTheMissingOneCouldNotBeFetched) {
  sign(signer("one", 1));
  sign(signer("two", 2));
  store_.faults.emplace(envelopes_.back().digest, Error{Reason::RegistryUnavailable, "503"});
  const auto report = verify();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().reason, Reason::RegistryUnavailable);
  sign(signer("three", 3));
  const auto others = verify();
  ASSERT_TRUE(others) << "the others suffice";
  EXPECT_EQ(others->verdict, Verdict::Trusted);
}

TEST_F(SignersTest, MayBeAskedAgainWhenTheMissingOneLacksAnAnswerAboutRevocation) {
  auto spec = test::leaf_spec("C=US, ST=WA, O=Acme, CN=two");
  spec.ocsp_urls = {"http://ocsp.example/"};
  sign(signer("one", 1));
  sign(root_.issue(spec, test::key(test::KeyType::P256, 2)));
  revocation_.answer = fail(Reason::RevocationUnknown, "no answer");
  expect(Reason::RevocationUnknown, "two");
}

TEST_F(SignersTest, SaysHowManyItDidNotTry) {
  options_.max_signatures = 2;
  for (int number = 0; number < 3; ++number) {
    sign(signer("one", 1));
  }
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::TooFewSigners);
  EXPECT_NE(report->detail.find("1 more signatures were not tried"), std::string::npos)
      << report->detail;
}

}  // namespace
}  // namespace countersign::admission
