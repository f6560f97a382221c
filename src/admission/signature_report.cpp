// SPDX-License-Identifier: Apache-2.0
#include "admission/signature_report.h"

#include <algorithm>
#include <array>

#include "countersign/x509/key_identity.h"

namespace countersign::admission {
namespace {

// From the mishap that is cured most easily to the one that says the least: a signature that only
// lacks a fresh answer about revocation is worth more words than bytes that are no signature.
constexpr std::array kNearestFirst{
    Reason::RevocationUnknown,  Reason::Revoked,
    Reason::TrustStoreStale,    Reason::TrustStoreEmpty,
    Reason::SignatureExpired,   Reason::CertificateExpired,
    Reason::TimestampInvalid,   Reason::IdentityMismatch,
    Reason::Untrusted,          Reason::PayloadMismatch,
    Reason::CertificateProfile, Reason::SignatureInvalid,
    Reason::EnvelopeInvalid,
};

std::size_t distance(const policy::SignatureReport& signature) {
  const auto* const found = std::ranges::find(kNearestFirst, signature.reason);
  return static_cast<std::size_t>(found - kNearestFirst.begin());
}

std::string_view name(notation::Outcome outcome) {
  switch (outcome) {
    case notation::Outcome::Fail:
      return "fail";
    case notation::Outcome::Pass:
      return "pass";
    case notation::Outcome::Skipped:
      return "skip";
  }
  return "fail";
}

policy::CheckReport check_report(const notation::CheckResult& result) {
  return {.check = std::string(notation::name(result.check)),
          .action = std::string(notation::name(result.action)),
          .result = std::string(name(result.outcome)),
          .reason = result.reason,
          .detail = result.detail};
}

policy::SignatureReport blank(const oci::Digest& manifest) {
  return {.digest = manifest,
          .media_type = {},
          .verdict = policy::Verdict::Untrusted,
          .reason = Reason::Internal,
          .detail = {},
          .signing_scheme = {},
          .signing_time = {},
          .expiry = {},
          .signer = {},
          .checks = {}};
}

void describe(policy::SignatureReport& report, const notation::Envelope& envelope) {
  report.signing_scheme = notation::name(envelope.scheme);
  report.signing_time = envelope.signing_time;
  report.expiry = envelope.expiry;
  report.user_metadata = envelope.user_metadata;
  if (!envelope.chain.empty()) {
    const auto& leaf = envelope.chain.front();
    report.signer = policy::SignerReport{.subject = leaf.subject(),
                                         .issuer = leaf.issuer(),
                                         .thumbprint = leaf.thumbprint(),
                                         .not_after = leaf.not_after(),
                                         .key = x509::key_identity(leaf)};
  }
}

}  // namespace

policy::SignatureReport signature_report(const oci::Digest& manifest, std::string_view media_type,
                                         const notation::Verdict& verdict) {
  auto report = blank(manifest);
  report.media_type = media_type;
  for (const auto& result : verdict.results) {
    report.checks.push_back(check_report(result));
  }
  if (verdict.envelope) {
    describe(report, *verdict.envelope);
  }
  if (verdict.trusted) {
    report.verdict = policy::Verdict::Trusted;
    return report;
  }
  const auto refused = std::ranges::find_if(verdict.results, [](const auto& result) {
    return result.outcome == notation::Outcome::Fail && result.action == notation::Action::Enforce;
  });
  if (refused != verdict.results.end()) {
    report.reason = refused->reason;
    report.detail = refused->detail;
  }
  return report;
}

void add_evidence(policy::SignatureReport& report, std::vector<notation::Evidence> evidence) {
  for (auto& each : evidence) {
    const auto check =
        std::ranges::find(report.checks, notation::name(each.check), &policy::CheckReport::check);
    if (check != report.checks.end()) {
      check->evidence.push_back({std::move(each.name), std::move(each.value)});
    }
  }
}

policy::SignatureReport unexamined(const oci::Digest& manifest, const Error& error) {
  auto report = blank(manifest);
  report.reason = error.reason;
  report.detail = error.detail;
  return report;
}

const policy::SignatureReport* nearest(std::span<const policy::SignatureReport> signatures) {
  const policy::SignatureReport* best = nullptr;
  for (const auto& signature : signatures) {
    const bool refused = signature.verdict != policy::Verdict::Trusted;
    if (refused && (best == nullptr || distance(signature) < distance(*best))) {
      best = &signature;
    }
  }
  return best;
}

}  // namespace countersign::admission
