// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/evidence.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/codec/rfc3339.h"

#include "notation/decisive_time.h"

namespace countersign::notation {
namespace {

using codec::format_rfc3339;

std::string described(const oci::Descriptor& descriptor) {
  return descriptor.digest.text() + ", " + std::to_string(descriptor.size) + " bytes, " +
         descriptor.media_type;
}

std::string described(const x509::Certificate& certificate) {
  return "\"" + certificate.subject() + "\" (" + certificate.thumbprint() + ")";
}

std::string interval(Time from, Time to) {
  return format_rfc3339(from) + " to " + format_rfc3339(to);
}

// "C=US, ST=WA, O=Acme", as a policy names it.
std::string described(const x509::Name& identity) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{
      {{"2.5.4.6", "C"},
       {"2.5.4.8", "ST"},
       {"2.5.4.7", "L"},
       {"2.5.4.10", "O"},
       {"2.5.4.11", "OU"},
       {"2.5.4.3", "CN"}}};
  std::string text;
  for (const auto& attribute : identity.attributes()) {
    const auto* const known = std::ranges::find(
        kTypes, attribute.type, &std::pair<std::string_view, std::string_view>::first);
    text += (text.empty() ? "" : ", ") +
            (known == kTypes.end() ? attribute.type : std::string(known->second)) + "=" +
            attribute.value;
  }
  return text;
}

std::string described(const Result<x509::RevocationStatus>& answer) {
  using Kind = x509::RevocationStatus::Kind;
  if (!answer) {
    return "not known: " + answer.error().detail;
  }
  const auto until = ", good until " + format_rfc3339(answer->fresh_until);
  switch (answer->kind) {
    case Kind::Unknown:
      return "not known: " + answer->detail;
    case Kind::Revoked:
      return "revoked: " + answer->detail;
    case Kind::Good:
      return "not revoked" + (answer->detail.empty() ? "" : ": " + answer->detail) + until;
  }
  return "not known";
}

class Collector {
 public:
  Collector(const Candidate& candidate, const Statement& statement, const trust::Snapshot& snapshot,
            Time now)
      : candidate_(candidate),
        envelope_(**candidate.envelope),
        statement_(statement),
        snapshot_(snapshot),
        now_(now) {}

  std::vector<Evidence> collect(const Hearing& hearing);

 private:
  void add(Check check, std::string name, std::string value) {
    found_.push_back({check, std::move(name), std::move(value)});
  }
  void add_integrity();
  void add_authenticity();
  void add_store(const trust::StoreName& store, Check check, const x509::Chain& chain);
  void add_identity();
  void add_times();
  void add_timestamp();
  void add_answers(Check check, const Hearing& hearing);
  void add_sourceless();

  const Candidate& candidate_;
  const Envelope& envelope_;
  const Statement& statement_;
  const trust::Snapshot& snapshot_;
  Time now_;
  std::vector<Evidence> found_;
};

std::vector<Evidence> Collector::collect(const Hearing& hearing) {
  add_integrity();
  add_authenticity();
  add_times();
  add_answers(Check::AuthenticTimestamp, hearing);
  add(Check::Expiry, "expiry",
      envelope_.expiry ? format_rfc3339(*envelope_.expiry) : std::string("none was signed"));
  add(Check::Expiry, "judged at", format_rfc3339(now_));
  add_answers(Check::Revocation, hearing);
  add_sourceless();
  return std::move(found_);
}

void Collector::add_integrity() {
  add(Check::Integrity, "signature",
      std::string(crypto::notation_name(envelope_.algorithm)) + " by a key " +
          std::string(envelope_.chain.front().public_key().description()));
  add(Check::Integrity, "signed", described(envelope_.target));
  add(Check::Integrity, "image", described(candidate_.subject));
  for (const auto& [key, value] : candidate_.required_metadata) {
    const auto found = envelope_.user_metadata.find(key);
    add(Check::Integrity, "required metadata",
        key + "=" + value + ", signed was " +
            (found == envelope_.user_metadata.end() ? "nothing" : key + "=" + found->second));
  }
}

void Collector::add_authenticity() {
  add(Check::Authenticity, "signing scheme", std::string(name(envelope_.scheme)));
  const auto type = envelope_.scheme == SigningScheme::SigningAuthority
                        ? trust::StoreType::SigningAuthority
                        : trust::StoreType::Ca;
  for (const auto& store : statement_.stores) {
    if (store.type == type) {
      add_store(store, Check::Authenticity, envelope_.chain);
    }
  }
  add_identity();
}

// The highest certificate of the chain that the store has: that one anchors it.
void Collector::add_store(const trust::StoreName& store, Check check, const x509::Chain& chain) {
  const auto trusted = snapshot_.certificates(store, now_);
  if (!trusted) {
    add(check, "trust store", store.text() + " can't be used: " + trusted.error().detail);
    return;
  }
  for (auto each = chain.rbegin(); each != chain.rend(); ++each) {
    if (std::ranges::find(*trusted, *each) != trusted->end()) {
      add(check, "trust store", store.text() + " has " + described(*each));
      return;
    }
  }
  add(check, "trust store",
      store.text() + " has none of the chain; it has " + std::to_string(trusted->size()) +
          " certificates");
}

void Collector::add_identity() {
  const auto& leaf = envelope_.chain.front();
  add(Check::Authenticity, "signer", described(leaf));
  switch (statement_.identities) {
    case Statement::Identities::Any:
      add(Check::Authenticity, "trusted identity", "* (any)");
      return;
    case Statement::Identities::Listed:
      break;
  }
  const auto subject = x509::Name::parse_der(leaf.subject_der(), Reason::IdentityMismatch);
  for (const auto& identity : statement_.subjects) {
    const bool matches = subject && identity.matches(*subject);
    add(Check::Authenticity, matches ? "trusted identity" : "other identity", described(identity));
  }
}

void Collector::add_times() {
  constexpr auto kCheck = Check::AuthenticTimestamp;
  const auto& chain = envelope_.chain;
  const auto from = std::ranges::max(chain, {}, &x509::Certificate::not_before).not_before();
  const auto to = std::ranges::min(chain, {}, &x509::Certificate::not_after).not_after();
  add(kCheck, "signing time",
      format_rfc3339(envelope_.signing_time) +
          (envelope_.scheme == SigningScheme::SigningAuthority ? "" : ", as the signer claims"));
  add(kCheck, "chain is valid", interval(from, to));
  if (envelope_.timestamp != nullptr) {
    add_timestamp();
  }
  if (envelope_.scheme == SigningScheme::SigningAuthority) {
    add(kCheck, "time that counts", "the signing time");
  } else {
    add(kCheck, "time that counts",
        wants_timestamp(chain, statement_, now_) ? "the timestamp"
                                                 : "now, " + format_rfc3339(now_));
  }
}

void Collector::add_timestamp() {
  constexpr auto kCheck = Check::AuthenticTimestamp;
  const auto& timestamp = envelope_.timestamp->opened();
  if (!timestamp) {
    add(kCheck, "timestamp", "malformed: " + timestamp.error().detail);
    return;
  }
  add(kCheck, "timestamp", interval(timestamp->earliest(), timestamp->latest()));
  add(kCheck, "timestamp signer", described(timestamp->certificates().front()));
  for (const auto& store : statement_.stores) {
    if (store.type == trust::StoreType::Tsa) {
      const auto roots = snapshot_.certificates(store, now_);
      const auto chain = timestamp->chain_to(roots ? *roots : std::span<const x509::Certificate>());
      add_store(store, kCheck, chain ? *chain : x509::Chain{});
    }
  }
}

void Collector::add_answers(Check check, const Hearing& hearing) {
  for (std::size_t i = 0; i < std::min(hearing.questions.size(), hearing.answers.size()); ++i) {
    const auto& question = hearing.questions[i];
    if (question.about != check) {
      continue;
    }
    add(check, "asked about", described(question.certificate));
    for (const auto& url : question.certificate.ocsp_urls()) {
      add(check, "OCSP", url);
    }
    for (const auto& url : question.certificate.crl_urls()) {
      add(check, "CRL", url);
    }
    add(check, "answer", described(hearing.answers[i]));
  }
}

void Collector::add_sourceless() {
  const auto& chain = envelope_.chain;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    if (chain[i].ocsp_urls().empty() && chain[i].crl_urls().empty()) {
      add(Check::Revocation, "not asked about", described(chain[i]) + ", which names no source");
    }
  }
}

}  // namespace

std::vector<Evidence> evidence(const Candidate& candidate, const Statement& statement,
                               const trust::Snapshot& snapshot, Time now, const Hearing& hearing) {
  if (!candidate.envelope) {
    return {};
  }
  return Collector(candidate, statement, snapshot, now).collect(hearing);
}

}  // namespace countersign::notation
