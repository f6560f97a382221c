// SPDX-License-Identifier: Apache-2.0
#include "notation/decisive_time.h"

#include <algorithm>

#include "countersign/codec/rfc3339.h"

namespace countersign::notation {
namespace {

bool wants_timestamp(const x509::Chain& chain, const Statement& statement, Time now);
Result<void> check_valid_at(const x509::Chain& chain, Time time);

}  // namespace

// The time that counts: the signing authority's word under its own scheme; else the timestamp's,
// or now when the statement wants no timestamp.
Result<void> check_authentic_timestamp(const Envelope& envelope, const Statement& statement,
                                       Time now) {
  switch (envelope.scheme) {
    case SigningScheme::SigningAuthority:
      return check_valid_at(envelope.chain, envelope.signing_time);
    case SigningScheme::X509:
      break;
  }
  if (!wants_timestamp(envelope.chain, statement, now)) {
    return check_valid_at(envelope.chain, now);
  }
  return fail(Reason::TimestampInvalid, envelope.timestamp.empty()
                                            ? "the signature has no timestamp"
                                            : "timestamps are not verified yet");
}

Result<void> check_expiry(const Envelope& envelope, Time now) {
  if (envelope.expiry && now >= *envelope.expiry) {
    return fail(Reason::SignatureExpired,
                "the signature expired at " + codec::format_rfc3339(*envelope.expiry));
  }
  return {};
}

namespace {

// Without a tsa store a timestamp is ignored, good or bad.
bool wants_timestamp(const x509::Chain& chain, const Statement& statement, Time now) {
  const auto is_tsa = [](const trust::StoreName& store) {
    return store.type == trust::StoreType::Tsa;
  };
  if (std::ranges::none_of(statement.stores, is_tsa)) {
    return false;
  }
  switch (statement.verify_timestamp) {
    case TimestampUse::Always:
      return true;
    case TimestampUse::AfterCertificateExpiry:
      return std::ranges::any_of(
          chain, [&](const x509::Certificate& one) { return one.not_after() < now; });
  }
  return true;  // not reached; wanting a timestamp is the strict answer
}

Result<void> check_valid_at(const x509::Chain& chain, Time time) {
  for (const auto& certificate : chain) {
    if (!certificate.valid_at(time)) {
      return fail(Reason::CertificateExpired,
                  "the certificate of \"" + certificate.subject() + "\" is valid from " +
                      codec::format_rfc3339(certificate.not_before()) + " to " +
                      codec::format_rfc3339(certificate.not_after()) + ", not at " +
                      codec::format_rfc3339(time));
    }
  }
  return {};
}

}  // namespace
}  // namespace countersign::notation
