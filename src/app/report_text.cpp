// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/rfc3339.h"

#include "app/judgement.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

std::string_view colour_of(const Result<policy::Report>& report) {  // the escape sequence
  constexpr std::string_view kRed = "\x1b[31m", kGreen = "\x1b[32m", kYellow = "\x1b[33m";
  if (!report) {
    return kYellow;
  }
  switch (report->verdict) {
    case policy::Verdict::Trusted:
      return kGreen;
    case policy::Verdict::Skipped:
      return kYellow;
    case policy::Verdict::Untrusted:
      break;
  }
  return kRed;
}

std::string headline(const Result<policy::Report>& report, Colour colour) {
  const std::string text(verdict_name(report));
  return colour == Colour::Always ? std::string(colour_of(report)) + text + "\x1b[0m" : text;
}

// Subjects, references and details may be written by whoever pushes to a registry.
std::string line(std::string_view indent, std::string_view label, std::string_view text) {
  constexpr std::size_t kColumn = 24;
  std::string padded(label);
  padded.resize(std::max(padded.size() + 1, kColumn - indent.size()), ' ');
  return std::string(indent) + padded + log::clean(text, limits::kLogField) + "\n";
}

std::string check_lines(const std::vector<policy::CheckReport>& checks) {
  std::string text;
  for (const auto& check : checks) {
    text += line("    ", check.check, check_text(check));
  }
  return text;
}

std::string signature_lines(const policy::SignatureReport& signature) {
  auto text = line("", "signature", signature.digest.text());
  if (!signature.policy.empty()) {
    text += line("  ", "policy", signature.policy);
  }
  if (signature.signer) {
    text += line("  ", "signer", signature.signer->subject);
    text += line("  ", "issuer", signature.signer->issuer);
    text += line("  ", "thumbprint", signature.signer->thumbprint);
  }
  if (signature.signing_time) {
    text += line("  ", "signing time", codec::format_rfc3339(*signature.signing_time));
  }
  if (signature.expiry) {
    text += line("  ", "expiry", codec::format_rfc3339(*signature.expiry));
  }
  for (const auto& [key, value] : signature.user_metadata) {
    text += line("  ", "user metadata", key + "=" + value);
  }
  if (signature.verdict == policy::Verdict::Untrusted) {
    text += line("  ", "reason", because(signature.reason, signature.detail));
  }
  return text + check_lines(signature.checks);
}

}  // namespace

std::string report_text(const Judgement& judgement, Colour colour) {
  const auto& report = judgement.report;
  const auto reference = log::clean(judgement.reference, limits::kLogField);
  auto text = headline(report, colour) + " " + reference + "\n";
  if (!report) {
    return text + line("", "reason", because(report.error().reason, report.error().detail));
  }
  if (report->verdict == policy::Verdict::Untrusted) {
    text += line("", "reason", because(report->reason, report->detail));
  }
  if (report->digest) {
    text += line("", "digest", report->digest->text());
  }
  if (!report->policy.empty()) {
    text += line("", "policy", report->policy);
  }
  for (const auto& signature : report->signatures) {
    text += signature_lines(signature);
  }
  return text;
}

}  // namespace countersign::app
