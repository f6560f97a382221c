// SPDX-License-Identifier: Apache-2.0
// What lists say about a certificate: whether they cover it, and which of several entries counts.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "countersign/x509/crl.h"

#include "x509/certificate_fields.h"
#include "x509/crl_content.h"

namespace countersign::x509 {
namespace {

Result<void> check_covers(const Crl& base, const Certificate& certificate);
Result<void> check_scope(const CrlScope& scope, const Certificate& certificate);
RevocationStatus judge(std::span<const CrlEntry> entries, Time fresh_until);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

Result<RevocationStatus> status_in(const Crl& base, const Crl* delta,
                                   const Certificate& certificate) {
  TRY_VOID(check_covers(base, certificate));
  const Bytes serial = fields_of(certificate).serial;
  TRY(auto entries, base.content().entries.find(serial));
  Time fresh_until = base.next_update();
  if (delta != nullptr) {
    TRY_VOID(check_delta(base, *delta));
    TRY(const auto later, delta->content().entries.find(serial));
    entries.insert(entries.end(), later.begin(), later.end());
    fresh_until = std::min(fresh_until, delta->next_update());
  }
  return judge(entries, fresh_until);
}

namespace {

Result<void> check_covers(const Crl& base, const Certificate& certificate) {
  if (base.is_delta()) {
    return refuse("that stands as the base is a delta");
  }
  if (as_text(base.content().issuer) != as_text(certificate.issuer_der())) {
    return refuse("is of another issuer");
  }
  const auto& scope = base.content().extensions.scope;
  return scope ? check_scope(*scope, certificate) : Result<void>{};
}

// RFC 5280, 6.3.3 (b)(2). One CA may divide its certificates among lists: a list of another
// distribution point, sent in the place of the right one, would not have the certificate.
Result<void> check_scope(const CrlScope& scope, const Certificate& certificate) {
  const auto& constraints = certificate.basic_constraints();
  const bool ca = constraints && constraints->ca;
  if ((scope.only_user_certificates && ca) || (scope.only_ca_certificates && !ca)) {
    return refuse("does not cover this kind of certificate");
  }
  if (scope.only_some_reasons) {
    return refuse("does not cover all reasons of revocation");
  }
  const auto& own = certificate.crl_urls();
  const auto is_own = [&own](const std::string& url) {
    return std::ranges::find(own, url) != own.end();
  };
  if (scope.addresses && std::ranges::none_of(*scope.addresses, is_own)) {
    return refuse("is issued for another distribution point");
  }
  return {};
}

// Those that revoke: every one that is for good, and of holds and releases the latest, when it is a
// hold. At the same time the earlier in the list counts, and the base before the delta.
std::vector<CrlEntry> revoking(std::span<const CrlEntry> entries) {
  std::vector<CrlEntry> found;
  const CrlEntry* latest = nullptr;
  for (const CrlEntry& entry : entries) {
    const bool for_good = entry.reason != RevocationReason::CertificateHold &&
                          entry.reason != RevocationReason::RemoveFromCrl;
    if (for_good) {
      found.push_back(entry);
    } else if (latest == nullptr || latest->revoked < entry.revoked) {
      latest = &entry;
    }
  }
  if (latest != nullptr && latest->reason == RevocationReason::CertificateHold) {
    found.push_back(*latest);
  }
  return found;
}

// The earliest invalidity date; nothing holds as soon as one entry has none.
std::optional<Time> invalid_since(std::span<const CrlEntry> entries) {
  std::optional<Time> since;
  for (const CrlEntry& entry : entries) {
    if (!entry.invalid_since) {
      return std::nullopt;
    }
    since = std::min(since.value_or(*entry.invalid_since), *entry.invalid_since);
  }
  return since;
}

RevocationStatus judge(std::span<const CrlEntry> entries, Time fresh_until) {
  const auto found = revoking(entries);
  RevocationStatus status;
  status.fresh_until = fresh_until;
  if (found.empty()) {
    status.kind = RevocationStatus::Kind::Good;
    status.detail = "not on the revocation list";
    return status;
  }
  status.kind = RevocationStatus::Kind::Revoked;
  status.detail =
      "on the revocation list: " + describe_revocation(found.front().revoked, found.front().reason);
  status.since = invalid_since(found);
  return status;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "revocation list " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
