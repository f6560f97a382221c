// SPDX-License-Identifier: Apache-2.0
#include "notation/revocation_rules.h"

#include <utility>

#include "countersign/codec/rfc3339.h"

namespace countersign::notation {
namespace {

using Status = x509::RevocationStatus;

Result<std::string> check_answers(std::span<const Exchange> exchanges,
                                  const RevocationTerms& terms);
Result<std::string> check_answer(const Exchange& exchange, const RevocationTerms& terms);
Result<std::string> check_status(const Result<Status>& answer, const RevocationTerms& terms);
Result<std::string> check_fresh(const Status& status, const RevocationTerms& terms);
Result<void> check_unasked(const x509::Chain& chain, const std::optional<Anchor>& anchor,
                           const RevocationRules& rules);
std::string owner(const x509::Certificate& certificate);

bool is_revoked(const Result<std::string>& found) {
  return !found && found.error().reason == Reason::Revoked;
}

}  // namespace

bool names_source(const x509::Certificate& certificate) {
  return !certificate.ocsp_urls().empty() || !certificate.crl_urls().empty();
}

Result<std::string> check_chain(const x509::Chain& chain, const std::optional<Anchor>& anchor,
                                std::span<const Exchange> exchanges, const RevocationTerms& terms) {
  auto answered = check_answers(exchanges, terms);
  if (!is_revoked(answered)) {
    TRY_VOID(check_unasked(chain, anchor, terms.rules));
  }
  return answered;
}

namespace {

// A certificate known to be revoked outweighs others whose status is unknown, and those outweigh
// warnings; among equals the first one counts.
Result<std::string> check_answers(std::span<const Exchange> exchanges,
                                  const RevocationTerms& terms) {
  Result<std::string> worst;
  for (const Exchange& exchange : exchanges) {
    auto found = check_answer(exchange, terms);
    if (is_revoked(found)) {
      return found;
    }
    const bool is_worse = found ? worst && worst->empty() : worst.has_value();
    if (is_worse) {
      worst = std::move(found);
    }
  }
  return worst;
}

// What was found stands first: a warning is cut, and a subject can be long.
Result<std::string> check_answer(const Exchange& exchange, const RevocationTerms& terms) {
  auto found = check_status(exchange.answer, terms);
  std::string& text = found ? *found : found.error().detail;
  if (!found || !text.empty()) {
    text += " (" + owner(exchange.question.certificate) + ")";
  }
  return found;
}

// Signature specification, "Certificate Revocation Evaluation": with an authentic signing time, a
// revocation counts from its invalidity date on. One whose answer is stale is still a revocation.
Result<std::string> check_status(const Result<Status>& answer, const RevocationTerms& terms) {
  if (!answer) {
    return fail(Reason::RevocationUnknown, answer.error().detail);
  }
  switch (answer->kind) {
    case Status::Kind::Good:
      return check_fresh(*answer, terms);
    case Status::Kind::Revoked:
      if (terms.signed_at && answer->since && *terms.signed_at < *answer->since) {
        return check_fresh(*answer, terms);
      }
      return fail(Reason::Revoked, "revoked: " + answer->detail);
    case Status::Kind::Unknown:
      break;
  }
  return fail(Reason::RevocationUnknown, answer->detail);
}

Result<std::string> check_fresh(const Status& status, const RevocationTerms& terms) {
  if (terms.now <= status.fresh_until) {
    return "";
  }
  const std::string since = codec::format_rfc3339(status.fresh_until);
  if (terms.now - status.fresh_until > terms.rules.stale) {
    return fail(Reason::RevocationUnknown, "the last answer is stale since " + since);
  }
  return "not revoked by an answer that is stale since " + since;
}

Result<void> check_unasked(const x509::Chain& chain, const std::optional<Anchor>& anchor,
                           const RevocationRules& rules) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    if (!names_source(chain[i])) {
      switch (rules.sourceless) {
        case RevocationRules::Sourceless::Accept:
          continue;
        case RevocationRules::Sourceless::Refuse:
          break;
      }
      return fail(Reason::RevocationUnknown, owner(chain[i]) + " names no source of its status");
    }
    if (!anchor) {  // reached when authenticity is only logged
      return fail(Reason::RevocationUnknown,
                  "the chain is not trusted, so its sources aren't asked");
    }
    if (i > anchor->trusted()) {
      return fail(Reason::RevocationUnknown,
                  owner(chain[i]) +
                      " stands above the trusted one, so its sources aren't asked; trust the root");
    }
  }
  return {};
}

std::string owner(const x509::Certificate& certificate) {
  return "the certificate of \"" + certificate.subject() + "\"";
}

}  // namespace
}  // namespace countersign::notation
