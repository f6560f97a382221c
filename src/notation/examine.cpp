// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "countersign/notation/verify.h"

#include "notation/check_results.h"
#include "notation/decisive_time.h"

namespace countersign::notation {
namespace {

Result<void> check_target(const Envelope& envelope, const oci::Descriptor& subject);
Result<void> check_metadata(const Envelope& envelope,
                            const std::map<std::string, std::string>& required);
trust::StoreType store_type(SigningScheme scheme);

}  // namespace

class Examiner {  // all that one examination depends on, but the candidate
 public:
  Examiner(const Statement& statement, const trust::Snapshot& snapshot, Time now)
      : statement_(statement), snapshot_(snapshot), now_(now) {}

  Examination examine(const Candidate& candidate) const;

 private:
  static Result<void> check_signed(const Candidate& candidate);
  Result<Anchor> find_anchor(const Envelope& envelope) const;
  Result<void> check_identity(const x509::Certificate& leaf) const;

  const Statement& statement_;
  const trust::Snapshot& snapshot_;
  Time now_;
};

Examination examine(const Candidate& candidate, const Statement& statement,
                    const trust::Snapshot& snapshot, Time now) {
  return Examiner(statement, snapshot, now).examine(candidate);
}

Examination Examiner::examine(const Candidate& candidate) const {
  Examination examination;
  if (auto intact = check_signed(candidate); !intact) {
    // Integrity is always enforced: no level and no override reaches it.
    examination.results.push_back(
        failed(Check::Integrity, Action::Enforce, std::move(intact).error()));
    return examination;
  }
  examination.results.push_back(passed(Check::Integrity, Action::Enforce));
  examination.envelope = *candidate.envelope;
  const Envelope& envelope = *examination.envelope;

  auto anchor = find_anchor(envelope);
  auto authentic = anchor ? check_identity(envelope.chain.front())
                          : Result<void>(std::unexpected(anchor.error()));
  examination.results.push_back(judged(Check::Authenticity, statement_, std::move(authentic)));
  auto timely = check_authentic_timestamp(envelope, statement_, snapshot_, now_);
  examination.results.push_back(judged(Check::AuthenticTimestamp, statement_,
                                       timely ? Result<void>() : std::unexpected(timely.error())));
  examination.results.push_back(judged(Check::Expiry, statement_, check_expiry(envelope, now_)));

  // No question about a signature that is refused anyway.
  if (has_refusal(examination.results)) {
    return examination;
  }
  if (anchor) {
    examination.anchor = *std::move(anchor);
  }
  if (timely && !timely->empty()) {
    const std::size_t root = timely->size() - 1;
    examination.timestamp_anchor = Anchor(*std::move(timely), root);
  }
  return examination;
}

// What no level of verification tolerates.
Result<void> Examiner::check_signed(const Candidate& candidate) {
  if (!candidate.envelope) {
    return std::unexpected(candidate.envelope.error());
  }
  TRY_VOID(check_target(**candidate.envelope, candidate.subject));
  return check_metadata(**candidate.envelope, candidate.required_metadata);
}

// Trust store specification: the chain is trusted when it contains a certificate of a store that
// the statement lists and whose type goes with the signing scheme. A store that can't be read adds
// no certificate; it is the reason only when the others don't suffice.
Result<Anchor> Examiner::find_anchor(const Envelope& envelope) const {
  Error error{Reason::Untrusted, "no certificate of the chain is in a trust store of type " +
                                     std::string(name(store_type(envelope.scheme)))};
  std::optional<std::size_t> highest;
  for (const auto& store : statement_.stores) {
    if (store.type != store_type(envelope.scheme)) {
      continue;
    }
    const auto trusted = snapshot_.certificates(store, now_);
    if (!trusted) {
      error = trusted.error();
      continue;
    }
    if (auto missing = snapshot_.missing(store, now_)) {
      error = *std::move(missing);
    }
    for (std::size_t i = highest.value_or(0); i < envelope.chain.size(); ++i) {
      if (std::ranges::find(*trusted, envelope.chain[i]) != trusted->end()) {
        highest = i;
      }
    }
  }
  if (!highest) {
    return std::unexpected(std::move(error));
  }
  return Anchor(envelope.chain, *highest);
}

Result<void> Examiner::check_identity(const x509::Certificate& leaf) const {
  switch (statement_.identities) {
    case Statement::Identities::Any:
      return {};
    case Statement::Identities::Listed:
      break;
  }
  TRY(const auto subject, x509::Name::parse_der(leaf.subject_der(), Reason::IdentityMismatch));
  const auto matches = [&](const x509::Name& identity) { return identity.matches(subject); };
  if (std::ranges::none_of(statement_.subjects, matches)) {
    return fail(Reason::IdentityMismatch,
                "the signer \"" + leaf.subject() + "\" is none of the trusted identities");
  }
  return {};
}

namespace {

Result<void> check_target(const Envelope& envelope, const oci::Descriptor& subject) {
  if (!envelope.target.same_content(subject)) {
    return fail(Reason::PayloadMismatch, "signed was " + envelope.target.digest.text() + " of " +
                                             std::to_string(envelope.target.size) + " bytes, " +
                                             envelope.target.media_type);
  }
  return {};
}

Result<void> check_metadata(const Envelope& envelope,
                            const std::map<std::string, std::string>& required) {
  for (const auto& [key, value] : required) {
    const auto found = envelope.user_metadata.find(key);
    if (found == envelope.user_metadata.end() || found->second != value) {
      return fail(Reason::PayloadMismatch, "the required metadata \"" + key + "\" was not signed");
    }
  }
  return {};
}

trust::StoreType store_type(SigningScheme scheme) {
  switch (scheme) {
    case SigningScheme::X509:
      return trust::StoreType::Ca;
    case SigningScheme::SigningAuthority:
      return trust::StoreType::SigningAuthority;
  }
  return trust::StoreType::Tsa;  // not reached; anchors no signature
}

}  // namespace
}  // namespace countersign::notation
