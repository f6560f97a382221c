// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <algorithm>
#include <array>

namespace countersign::app {

namespace {

// What the user of the command line, or of the configuration, got wrong.
constexpr std::array kUsage{Reason::BadRequest, Reason::BadReference, Reason::LocalImageId,
                            Reason::BadConfig, Reason::UnsupportedResource};
// What left the question open. Every other reason is a finding: no.
constexpr std::array kUnknown{Reason::Internal,
                              Reason::ImageNotFound,
                              Reason::DigestMismatch,
                              Reason::RegistryAuth,
                              Reason::RegistryUnavailable,
                              Reason::RegistryThrottled,
                              Reason::RegistryResponse,
                              Reason::TrustStoreEmpty,
                              Reason::TrustStoreStale,
                              Reason::KeyVaultDenied,
                              Reason::KeyVaultUnavailable,
                              Reason::DeadlineExceeded,
                              Reason::Overloaded,
                              Reason::CredentialsUnavailable,
                              Reason::AzureIdentityRefused,
                              Reason::AzureIdentityUnavailable,
                              Reason::NamespaceUnavailable};

}  // namespace

Exit exit_of(Reason reason) {
  if (std::ranges::find(kUsage, reason) != kUsage.end()) {
    return Exit::Usage;
  }
  return std::ranges::find(kUnknown, reason) != kUnknown.end() ? Exit::Unknown : Exit::No;
}

Exit exit_of(const Result<policy::Report>& report) {
  if (!report) {
    return exit_of(report.error().reason);
  }
  switch (report->verdict) {
    case policy::Verdict::Trusted:
    case policy::Verdict::Skipped:
      return Exit::Yes;
    case policy::Verdict::Untrusted:
      return Exit::No;
  }
  return Exit::No;
}

// A manifest that the webhook would refuse is a "no" even where the same fault in an argument of
// the command line would be a mistake in its use.
Exit exit_of(const policy::Decision& decision) {
  if (decision.allowed) {
    return Exit::Yes;
  }
  const auto unknown = [](const policy::Refusal& refusal) {
    return exit_of(refusal.reason) == Exit::Unknown;
  };
  return std::ranges::all_of(decision.enforced, unknown) ? Exit::Unknown : Exit::No;
}

Exit worse(Exit one, Exit other) {
  constexpr std::array kMildFirst{Exit::Yes, Exit::Unknown, Exit::No, Exit::Usage};
  const auto rank = [&kMildFirst](Exit exit) { return std::ranges::find(kMildFirst, exit); };
  return rank(one) < rank(other) ? other : one;
}

}  // namespace countersign::app
