// SPDX-License-Identifier: Apache-2.0
// A Judgement with something in every field.
#pragma once
#include <chrono>

#include "app/judgement.h"

namespace countersign::app {

inline constexpr const char* kImageDigest =
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

inline Judgement trusted_judgement() {
  using std::chrono::year;
  const auto digest = *oci::Digest::parse(kImageDigest, Reason::Internal);
  policy::SignatureReport signature{
      .digest = digest,
      .media_type = "application/cose",
      .verdict = policy::Verdict::Trusted,
      .detail = {},
      .signing_scheme = "notary.x509",
      .signing_time = Time(std::chrono::sys_days{year{2026} / 3 / 1}),
      .expiry = {},
      .signer = policy::SignerReport{.subject = "CN=signer",
                                     .issuer = "CN=issuer",
                                     .thumbprint = "ab12",
                                     .not_after = std::chrono::sys_days{year{2027} / 3 / 1}},
      .checks = {{"integrity", "enforce", "pass", {}, {}},
                 {"expiry", "log", "fail", Reason::SignatureExpired, "yesterday"},
                 {"revocation", "enforce", "pass", {}, "by an answer that is stale"}},
      .user_metadata = {{"stage", "production"}}};
  policy::Report report;
  report.verdict = policy::Verdict::Trusted;
  report.policy = "apps";
  report.digest = digest;
  report.requests = 3;
  report.signatures.push_back(std::move(signature));
  return {.reference = "r.example/team/app:1",
          .image = *oci::ImageRef::parse("r.example/team/app:1"),
          .report = std::move(report),
          .elapsed = std::chrono::milliseconds(12)};
}

}  // namespace countersign::app
