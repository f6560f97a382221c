// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/codec/json.h"

#include "app/inspection.h"
#include "inspections.h"

namespace countersign::app {
namespace {

using codec::Json;

Json parsed(const Inspection& inspection) {
  const auto text = inspect_json(inspection);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  auto json = Json::parse(text, {.bytes = 100'000}, Reason::Internal);
  EXPECT_TRUE(json) << text;
  return json.value_or(Json());
}

Json signature_of(const Inspection& inspection) {
  const auto json = parsed(inspection);
  const auto* const signatures = json.find("signatures");
  EXPECT_TRUE(signatures != nullptr && signatures->elements().size() == 1);
  return signatures->elements()[0];
}

// "a.b" of nested objects; a number in between is an index.
const Json* at(const Json& json, std::string_view path) {
  const Json* here = &json;
  while (here != nullptr && !path.empty()) {
    const auto end = std::min(path.find('.'), path.size());
    const auto key = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (here->is_array()) {
      const auto index = static_cast<std::size_t>(key.front() - '0');
      here = index < here->elements().size() ? &here->elements()[index] : nullptr;
    } else {
      here = here->find(key);
    }
  }
  return here;
}

std::string text_at(const Json& json, std::string_view path) {
  const auto* const found = at(json, path);
  return found == nullptr || found->string() == nullptr ? "(absent)" : *found->string();
}

std::string names(const Json& object) {
  std::string names;
  for (const auto& [name, value] : object.members()) {
    names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

TEST(InspectJson, HasNotationsMembersAndMore) {
  const SampleInspection sample;
  const auto json = parsed(sample.inspection());
  EXPECT_EQ(names(json), "reference mediaType digest signatures notShown");
  EXPECT_EQ(text_at(json, "mediaType"), "application/vnd.oci.image.manifest.v1+json");
  const auto signature = *at(json, "signatures.0");
  EXPECT_EQ(names(signature),
            "digest signatureEnvelopeType signatureAlgorithm signedAttributes "
            "userDefinedAttributes unsignedAttributes certificates signedArtifact");
  EXPECT_EQ(text_at(signature, "signatureAlgorithm"), "ECDSA-SHA-256");
  EXPECT_EQ(text_at(signature, "signatureEnvelopeType"), "application/cose");
  EXPECT_EQ(names(*at(signature, "signedAttributes")),
            "contentType signingScheme signingTime extendedAttributes");
  EXPECT_EQ(text_at(signature, "signedAttributes.signingTime"), "2026-05-28T20:26:40Z");
  const auto leaf = *at(signature, "certificates.0");
  EXPECT_EQ(names(leaf),
            "SHA256Fingerprint issuedTo issuedBy expiry validFrom serialNumber kind key ocsp crl");
  EXPECT_EQ(text_at(leaf, "SHA256Fingerprint"), sample.signer.certificate().thumbprint());
  EXPECT_EQ(text_at(leaf, "issuedTo"), "CN=Acme Signer");
  EXPECT_EQ(text_at(leaf, "expiry"), "2090-01-01T00:00:00Z");
  EXPECT_EQ(text_at(leaf, "kind"), "leaf");
  EXPECT_EQ(text_at(leaf, "ocsp.0"), "http://ocsp.example/");
  EXPECT_EQ(text_at(leaf, "crl.1"), "http://crl.example/2");
  EXPECT_EQ(text_at(signature, "certificates.1.kind"), "CA");
  EXPECT_EQ(names(*at(signature, "signedArtifact")), "mediaType digest size isThisImage");
  EXPECT_EQ(at(signature, "signedArtifact.isThisImage")->boolean(), true);
}

TEST(InspectJson, TellsEveryAttribute) {
  SampleInspection sample;
  sample.envelope.expiry = Time(std::chrono::sys_days{std::chrono::year{2027} / 1 / 2});
  sample.envelope.user_metadata = {{"purpose", "e2e"}};
  sample.envelope.extended_attributes = {{"expiry", "never"}};
  sample.envelope.signing_agent = "agent/1";
  sample.envelope.target.size = 6;
  const auto signature = signature_of(sample.inspection());
  EXPECT_EQ(text_at(signature, "signedAttributes.expiry"), "2027-01-02T00:00:00Z");
  EXPECT_EQ(text_at(signature, "signedAttributes.extendedAttributes.expiry"), "never");
  EXPECT_EQ(text_at(signature, "userDefinedAttributes.purpose"), "e2e");
  EXPECT_EQ(text_at(signature, "unsignedAttributes.signingAgent"), "agent/1");
  EXPECT_EQ(at(signature, "signedArtifact.isThisImage")->boolean(), false);
}

TEST(InspectJson, ShowsTheTimestampOrWhatIsWrongWithIt) {
  SampleInspection sample;
  const auto authority = test::make_root().issue(test::tsa_spec());
  sample.stamp(authority);
  auto signature = signature_of(sample.inspection());
  const auto stamp = *at(signature, "unsignedAttributes.timestampSignature");
  EXPECT_EQ(text_at(stamp, "timestamp"), "[2026-05-28T12:00:00Z, 2026-05-28T12:00:00Z]");
  EXPECT_EQ(text_at(stamp, "certificates.0.SHA256Fingerprint"),
            authority.certificate().thumbprint());
  sample.stamp_badly();
  signature = signature_of(sample.inspection());
  EXPECT_TRUE(text_at(signature, "unsignedAttributes.timestampSignature.error")
                  .starts_with("failed to parse timestamp countersignature: "));
}

TEST(InspectJson, ShowsWhyAnEnvelopeCantBeRead) {
  const auto signature = signature_of(SampleInspection().malformed());
  EXPECT_EQ(names(signature), "digest signatureEnvelopeType error");
  EXPECT_EQ(text_at(signature, "error.reason"), "ENVELOPE_INVALID");
  EXPECT_EQ(text_at(signature, "error.detail"), "trailing bytes");
}

TEST(InspectJson, SaysWhatTheSignatureIsWorthAsVerifyDoes) {
  const SampleInspection sample;
  auto signature = signature_of(sample.inspection(untrusted_report()));
  EXPECT_EQ(text_at(signature, "verdict"), "untrusted");
  EXPECT_EQ(text_at(signature, "reason"), "UNTRUSTED");
  EXPECT_EQ(text_at(signature, "detail"), "nobody knows him");
  EXPECT_EQ(text_at(signature, "policy"), "apps");
  EXPECT_EQ(text_at(signature, "checks.1.check"), "authenticity");
  EXPECT_EQ(text_at(signature, "checks.1.reason"), "UNTRUSTED");
  signature = signature_of(
      sample.inspection(Result<policy::Report>(fail(Reason::DeadlineExceeded, "late"))));
  EXPECT_EQ(text_at(signature, "verdict"), "undecided");
  EXPECT_EQ(text_at(signature, "reason"), "DEADLINE_EXCEEDED");
  policy::Report skipped;
  skipped.verdict = policy::Verdict::Skipped;
  signature = signature_of(sample.inspection(skipped));
  EXPECT_EQ(text_at(signature, "verdict"), "skipped");
  EXPECT_EQ(text_at(signature, "reason"), "");
}

TEST(InspectJson, IsAnEmptyListWithoutSignatures) {
  auto none = SampleInspection().inspection();
  none.signatures.clear();
  none.list.left_out = 2;
  const auto json = parsed(none);
  EXPECT_TRUE(at(json, "signatures")->is_array());
  EXPECT_EQ(at(json, "signatures")->elements().size(), 0U);
  EXPECT_EQ(at(json, "notShown")->integer(), 2);
}

}  // namespace
}  // namespace countersign::app
