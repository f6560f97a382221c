// SPDX-License-Identifier: Apache-2.0
#include "notation/decisive_time.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "countersign/codec/rfc3339.h"

namespace countersign::notation {
namespace {

struct Interval {  // both ends count
  Time from;
  Time to;
};

bool is_tsa(const trust::StoreName& store);
Result<x509::Chain> trusted_chain(const x509::Timestamp& timestamp, const Statement& statement,
                                  const trust::Snapshot& snapshot, Time now);
Result<void> check_valid_in(const x509::Chain& chain, Interval interval);

}  // namespace

Result<x509::Chain> check_authentic_timestamp(const Envelope& envelope, const Statement& statement,
                                              const trust::Snapshot& snapshot, Time now) {
  switch (envelope.scheme) {
    case SigningScheme::SigningAuthority:
      TRY_VOID(check_valid_in(envelope.chain, {envelope.signing_time, envelope.signing_time}));
      return x509::Chain{};
    case SigningScheme::X509:
      break;
  }
  if (!wants_timestamp(envelope.chain, statement, now)) {
    TRY_VOID(check_valid_in(envelope.chain, {now, now}));
    return x509::Chain{};
  }
  if (envelope.timestamp == nullptr) {
    return fail(Reason::TimestampInvalid, "the signature has no timestamp");
  }
  const auto& timestamp = envelope.timestamp->opened();
  if (!timestamp) {
    return std::unexpected(timestamp.error());
  }
  TRY(auto chain, trusted_chain(*timestamp, statement, snapshot, now));
  TRY_VOID(check_valid_in(envelope.chain, {timestamp->earliest(), timestamp->latest()}));
  return chain;
}

// Without a tsa store a timestamp is ignored, good or bad.
bool wants_timestamp(const x509::Chain& chain, const Statement& statement, Time now) {
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

Result<void> check_expiry(const Envelope& envelope, Time now) {
  if (envelope.expiry && now >= *envelope.expiry) {
    return fail(Reason::SignatureExpired,
                "the signature expired at " + codec::format_rfc3339(*envelope.expiry));
  }
  return {};
}

namespace {

bool is_tsa(const trust::StoreName& store) { return store.type == trust::StoreType::Tsa; }

// Through any of the statement's tsa stores. One that can't be read adds no root; it is the reason
// only when the others don't suffice.
Result<x509::Chain> trusted_chain(const x509::Timestamp& timestamp, const Statement& statement,
                                  const trust::Snapshot& snapshot, Time now) {
  std::vector<x509::Certificate> roots;
  std::optional<Error> unread;
  for (const auto& store : statement.stores) {
    if (!is_tsa(store)) {
      continue;
    }
    const auto certificates = snapshot.certificates(store, now);
    if (certificates) {
      roots.insert(roots.end(), certificates->begin(), certificates->end());
    } else {
      unread = certificates.error();
    }
    if (auto missing = snapshot.missing(store, now)) {
      unread = std::move(missing);
    }
  }
  auto chain = timestamp.chain_to(roots);
  if (!chain && unread) {
    return std::unexpected(*std::move(unread));
  }
  return chain;
}

Result<void> check_valid_in(const x509::Chain& chain, Interval interval) {
  for (const auto& certificate : chain) {
    if (!certificate.valid_at(interval.from) || !certificate.valid_at(interval.to)) {
      const auto& time = certificate.valid_at(interval.from) ? interval.to : interval.from;
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
