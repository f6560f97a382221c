// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/next_step.h"
#include "countersign/codec/rfc3339.h"

#include "app/judgement.h"
#include "app/paint.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

std::string reason_lines(Reason reason, const std::string& detail, policy::Evidence evidence) {
  auto text = report_line("", "reason", because(reason, detail));
  switch (evidence) {
    case policy::Evidence::Wanted:
      return text + report_line("", "next step", next_step(reason));
    case policy::Evidence::NotWanted:
      break;
  }
  return text;
}

std::string check_lines(const std::vector<policy::CheckReport>& checks, policy::Evidence evidence) {
  std::string text;
  for (const auto& check : checks) {
    text += report_line("    ", check.check, check_text(check));
    for (const auto& each : check.evidence) {
      text += report_line("      ", each.name, each.value);
    }
    if (evidence == policy::Evidence::Wanted && check.result == "fail") {
      text += report_line("      ", "next step", next_step(check.reason));
    }
  }
  return text;
}

std::string signature_lines(const policy::SignatureReport& signature, policy::Evidence evidence) {
  auto text = report_line("", "signature", signature.digest.text());
  if (!signature.policy.empty()) {
    text += report_line("  ", "policy", signature.policy);
  }
  if (signature.signer) {
    text += report_line("  ", "signer", signature.signer->subject);
    text += report_line("  ", "issuer", signature.signer->issuer);
    text += report_line("  ", "thumbprint", signature.signer->thumbprint);
  }
  if (signature.signing_time) {
    text += report_line("  ", "signing time", codec::format_rfc3339(*signature.signing_time));
  }
  if (signature.expiry) {
    text += report_line("  ", "expiry", codec::format_rfc3339(*signature.expiry));
  }
  for (const auto& [key, value] : signature.user_metadata) {
    text += report_line("  ", "user metadata", key + "=" + value);
  }
  if (signature.verdict == policy::Verdict::Untrusted) {
    text += report_line("  ", "reason", because(signature.reason, signature.detail));
  }
  return text + check_lines(signature.checks, evidence);
}

}  // namespace

std::string report_text(const Judgement& judgement, Colour colour) {
  const auto& report = judgement.report;
  const auto reference = log::clean(judgement.reference, limits::kLogField);
  auto text = painted(verdict_name(report), paint_of(report), colour) + " " + reference + "\n";
  if (!report) {
    return text + reason_lines(report.error().reason, report.error().detail, judgement.evidence);
  }
  if (report->verdict == policy::Verdict::Untrusted) {
    text += reason_lines(report->reason, report->detail, judgement.evidence);
  }
  if (report->digest) {
    text += report_line("", "digest", report->digest->text());
  }
  if (!report->policy.empty()) {
    text += report_line("", "policy", report->policy);
  }
  for (const auto& signature : report->signatures) {
    text += signature_lines(signature, judgement.evidence);
  }
  return text;
}

}  // namespace countersign::app
