// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/next_step.h"
#include "countersign/codec/json.h"

#include "app/judgement.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

using codec::JsonWriter;

void write_signer(JsonWriter& writer, const std::optional<policy::SignerReport>& signer) {
  writer.key("signer");
  if (!signer) {
    writer.null();
    return;
  }
  writer.begin_object()
      .member("subject", signer->subject)
      .member("issuer", signer->issuer)
      .member("thumbprint", signer->thumbprint);
  write_time(writer, "notAfter", signer->not_after);
  writer.end_object();
}

Refused refused(policy::Verdict verdict) {
  return verdict == policy::Verdict::Untrusted ? Refused::Yes : Refused::No;
}

void write_metadata(JsonWriter& writer, const std::map<std::string, std::string>& metadata) {
  writer.key("userMetadata").begin_object();
  for (const auto& [key, value] : metadata) {
    writer.member(key, value);
  }
  writer.end_object();
}

void write_signature(JsonWriter& writer, const policy::SignatureReport& signature) {
  writer.begin_object()
      .member("digest", signature.digest.text())
      .member("mediaType", signature.media_type)
      .member("verdict", name(signature.verdict));
  if (!signature.policy.empty()) {  // several verifications looked at it
    writer.member("policy", signature.policy);
  }
  write_reason(writer, refused(signature.verdict), signature.reason, signature.detail);
  writer.member("signingScheme", signature.signing_scheme);
  write_time(writer, "signingTime", signature.signing_time);
  write_time(writer, "expiry", signature.expiry);
  write_signer(writer, signature.signer);
  write_metadata(writer, signature.user_metadata);
  write_checks(writer, signature.checks);
  writer.end_object();
}

policy::Report undecided(const Judgement& judgement) {
  auto report =
      policy::Report::refused(judgement.report.error().reason, judgement.report.error().detail);
  report.digest = judgement.image.digest();
  return report;
}

}  // namespace

std::string report_json(const Judgement& judgement) {
  const auto report = judgement.report ? *judgement.report : undecided(judgement);
  JsonWriter writer;
  writer.begin_object()
      .member("reference", judgement.reference)
      .member("scope", judgement.image.repository())
      .member("digest", report.digest ? report.digest->text() : std::string())
      .member("verdict", verdict_name(judgement.report));
  write_reason(writer, refused(report.verdict), report.reason, report.detail);
  if (judgement.evidence == policy::Evidence::Wanted && refused(report.verdict) == Refused::Yes) {
    writer.member("nextStep", next_step(report.reason));
  }
  writer.member("policy", report.policy);
  writer.key("signatures").begin_array();
  for (const auto& signature : report.signatures) {
    write_signature(writer, signature);
  }
  writer.end_array();
  writer.member("requests", report.requests)
      .key("elapsedMs")
      .real(std::chrono::duration<double, std::milli>(judgement.elapsed).count());
  writer.end_object();
  return writer.take();
}

}  // namespace countersign::app
