// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"

#include "app/judgement.h"

namespace countersign::app {
namespace {

using codec::JsonWriter;

std::string_view name(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::Trusted:
      return "trusted";
    case policy::Verdict::Skipped:
      return "skipped";
    case policy::Verdict::Untrusted:
      return "untrusted";
  }
  return "untrusted";
}

void write_reason(JsonWriter& writer, bool refused, Reason reason, std::string_view detail) {
  writer.member("reason", refused ? wire_name(reason) : std::string_view());
  writer.member("detail", detail);
}

void write_time(JsonWriter& writer, std::string_view key, const std::optional<Time>& time) {
  writer.key(key);
  if (time) {
    writer.string(codec::format_rfc3339(*time));
  } else {
    writer.null();
  }
}

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

void write_checks(JsonWriter& writer, const std::vector<policy::CheckReport>& checks) {
  writer.key("checks").begin_array();
  for (const auto& check : checks) {
    writer.begin_object()
        .member("check", check.check)
        .member("action", check.action)
        .member("result", check.result);
    write_reason(writer, check.result == "fail", check.reason, check.detail);
    writer.end_object();
  }
  writer.end_array();
}

void write_signature(JsonWriter& writer, const policy::SignatureReport& signature) {
  writer.begin_object()
      .member("digest", signature.digest.text())
      .member("mediaType", signature.media_type)
      .member("verdict", name(signature.verdict));
  write_reason(writer, signature.verdict == policy::Verdict::Untrusted, signature.reason,
               signature.detail);
  writer.member("signingScheme", signature.signing_scheme);
  write_time(writer, "signingTime", signature.signing_time);
  write_time(writer, "expiry", signature.expiry);
  write_signer(writer, signature.signer);
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
  const bool decided = judgement.report.has_value();
  const auto report = decided ? *judgement.report : undecided(judgement);
  JsonWriter writer;
  writer.begin_object()
      .member("reference", judgement.reference)
      .member("scope", judgement.image.repository())
      .member("digest", report.digest ? report.digest->text() : std::string())
      .member("verdict", decided ? name(report.verdict) : "undecided");
  write_reason(writer, report.verdict == policy::Verdict::Untrusted, report.reason, report.detail);
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
