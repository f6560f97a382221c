// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/inspection.h"
#include "inspections.h"

namespace countersign::app {
namespace {

TEST(InspectText, HasNotationsLayoutAndMore) {
  const SampleInspection sample;
  const auto image = sample.image.digest.text();
  const auto& leaf = sample.signer.chain()[0];
  const auto& root = sample.signer.chain()[1];
  EXPECT_EQ(inspect_text(sample.inspection()),
            "Inspecting all signatures for signed artifact\n"
            "r.example/a@" +
                image +
                "\n"
                "└── application/vnd.cncf.notary.signature\n"
                "    └── " +
                oci::Digest::of(as_bytes("signature")).text() +
                "\n"
                "        ├── signature algorithm: ECDSA-SHA-256\n"
                "        ├── signature envelope type: application/cose\n"
                "        ├── signed attributes\n"
                "        │   ├── content type: application/vnd.cncf.notary.payload.v1+json\n"
                "        │   ├── signing scheme: notary.x509\n"
                "        │   └── signing time: Thu May 28 20:26:40 2026\n"
                "        ├── user defined attributes\n"
                "        │   └── (empty)\n"
                "        ├── certificates\n"
                "        │   ├── SHA256 fingerprint: " +
                leaf.thumbprint() +
                "\n"
                "        │   │   ├── issued to: CN=Acme Signer\n"
                "        │   │   ├── issued by: " +
                root.subject() +
                "\n"
                "        │   │   ├── expiry: Sun Jan  1 00:00:00 2090\n"
                "        │   │   ├── valid from: Wed Jan  1 00:00:00 2020\n"
                "        │   │   ├── serial number: 0a\n"
                "        │   │   ├── kind: leaf\n"
                "        │   │   ├── key: " +
                std::string(leaf.public_key().description()) +
                "\n"
                "        │   │   ├── OCSP: http://ocsp.example/\n"
                "        │   │   ├── CRL: http://crl.example/1\n"
                "        │   │   └── CRL: http://crl.example/2\n"
                "        │   └── SHA256 fingerprint: " +
                root.thumbprint() +
                "\n"
                "        │       ├── issued to: " +
                root.subject() +
                "\n"
                "        │       ├── issued by: " +
                root.subject() +
                "\n"
                "        │       ├── expiry: Sun Jan  1 00:00:00 2090\n"
                "        │       ├── valid from: Wed Jan  1 00:00:00 2020\n"
                "        │       ├── serial number: " +
                root.serial() +
                "\n"
                "        │       ├── kind: CA\n"
                "        │       └── key: " +
                std::string(root.public_key().description()) +
                "\n"
                "        └── signed artifact\n"
                "            ├── media type: application/vnd.oci.image.manifest.v1+json\n"
                "            ├── digest: " +
                image +
                "\n"
                "            ├── size: 5\n"
                "            └── is this image: yes\n");
}

TEST(InspectText, TellsEveryAttribute) {
  SampleInspection sample;
  sample.envelope.scheme = notation::SigningScheme::SigningAuthority;
  sample.envelope.expiry = Time(std::chrono::sys_days{std::chrono::year{2027} / 1 / 2});
  sample.envelope.user_metadata = {{"purpose", "e2e"}};
  sample.envelope.extended_attributes = {{"expiry", "never"}};
  sample.envelope.signing_agent = "agent/1";
  sample.envelope.target.size = 6;
  const auto text = inspect_text(sample.inspection());
  for (const auto* part : {
           "├── signing scheme: notary.x509.signingAuthority\n",
           "├── expiry: Sat Jan  2 00:00:00 2027\n",
           "│   └── extended attributes\n        │       └── expiry: never\n",
           "user defined attributes\n        │   └── purpose: e2e\n",
           "unsigned attributes\n        │   └── signing agent: agent/1\n",
           "└── is this image: no\n",
       }) {
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  }
}

TEST(InspectText, ShowsTheTimestampOrWhatIsWrongWithIt) {
  SampleInspection sample;
  const auto authority = test::make_root().issue(test::tsa_spec());
  sample.stamp(authority);
  const auto text = inspect_text(sample.inspection());
  const auto stamped =
      "        │   └── timestamp signature\n"
      "        │       ├── timestamp: [Thu May 28 12:00:00 2026, Thu May 28 12:00:00 2026]\n"
      "        │       └── certificates\n"
      "        │           └── SHA256 fingerprint: " +
      authority.certificate().thumbprint() + "\n";
  EXPECT_NE(text.find(stamped), std::string::npos) << text;
  sample.stamp_badly();
  EXPECT_NE(inspect_text(sample.inspection())
                .find("└── error: failed to parse timestamp countersignature: "),
            std::string::npos);
}

TEST(InspectText, ShowsWhyAnEnvelopeCantBeRead) {
  auto malformed = SampleInspection().malformed();
  EXPECT_TRUE(inspect_text(malformed).ends_with(
      "        ├── signature envelope type: application/cose\n"
      "        └── error: ENVELOPE_INVALID, the signature is malformed: trailing bytes\n"));
  malformed.signatures[0].media_type.clear();
  malformed.signatures[0].judgement = untrusted_report();
  EXPECT_EQ(inspect_text(malformed).find("signature envelope type"), std::string::npos);
  EXPECT_NE(inspect_text(malformed).find("verdict: untrusted"), std::string::npos);
}

TEST(InspectText, SaysWhatTheSignatureIsWorth) {
  const SampleInspection sample;
  EXPECT_TRUE(inspect_text(sample.inspection(untrusted_report()))
                  .ends_with("        └── verdict: untrusted\n"
                             "            ├── policy: apps\n"
                             "            ├── reason: UNTRUSTED, no certificate of the chain is in "
                             "a trust store: nobody knows him\n"
                             "            ├── integrity: pass\n"
                             "            └── authenticity: fail (enforce) UNTRUSTED, no "
                             "certificate of the chain is in a trust store: nobody knows him\n"));
  const auto undecided =
      inspect_text(sample.inspection(Result<policy::Report>(fail(Reason::DeadlineExceeded, ""))));
  EXPECT_NE(undecided.find("└── verdict: undecided\n            └── reason: DEADLINE_EXCEEDED"),
            std::string::npos);
  policy::Report skipped;
  skipped.verdict = policy::Verdict::Skipped;
  EXPECT_TRUE(inspect_text(sample.inspection(skipped)).ends_with("└── verdict: skipped\n"));
}

TEST(InspectText, SaysThatThereIsNothing) {
  auto none = SampleInspection().inspection();
  none.signatures.clear();
  EXPECT_EQ(inspect_text(none), none.list.reference + " has no associated signature\n");
}

TEST(InspectText, CleansWhatOthersWrote) {
  SampleInspection sample;
  sample.envelope.signing_agent = "a\n        └── verdict: trusted\x1b[2J";
  const auto text = inspect_text(sample.inspection());
  EXPECT_EQ(text.find("\n        └── verdict"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace countersign::app
