// SPDX-License-Identifier: Apache-2.0
#include "x509/revocation_reason.h"

#include <string_view>

#include "countersign/codec/rfc3339.h"

#include "x509/der.h"

namespace countersign::x509 {
namespace {

constexpr std::int64_t kWithoutMeaning = 7;
constexpr auto kLast = static_cast<std::int64_t>(RevocationReason::AaCompromise);

std::string_view name(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::Unspecified:
      return "unspecified";
    case RevocationReason::KeyCompromise:
      return "keyCompromise";
    case RevocationReason::CaCompromise:
      return "cACompromise";
    case RevocationReason::AffiliationChanged:
      return "affiliationChanged";
    case RevocationReason::Superseded:
      return "superseded";
    case RevocationReason::CessationOfOperation:
      return "cessationOfOperation";
    case RevocationReason::CertificateHold:
      return "certificateHold";
    case RevocationReason::RemoveFromCrl:
      return "removeFromCRL";
    case RevocationReason::PrivilegeWithdrawn:
      return "privilegeWithdrawn";
    case RevocationReason::AaCompromise:
      return "aACompromise";
  }
  return "unspecified";
}

}  // namespace

RevocationReason revocation_reason(Bytes enumerated) {
  const auto number = integer(enumerated);
  if (!number || *number < 0 || *number > kLast || *number == kWithoutMeaning) {
    return RevocationReason::Unspecified;
  }
  return static_cast<RevocationReason>(*number);
}

std::optional<Time> invalidity_date(Bytes value) {
  const auto content = content_of(value, der::kGeneralizedTime);
  return content ? read_time(Der{der::kGeneralizedTime, *content, value}) : std::nullopt;
}

std::string describe_revocation(Time revoked, RevocationReason reason) {
  return "revoked at " + codec::format_rfc3339(revoked) + ": " + std::string(name(reason));
}

}  // namespace countersign::x509
