// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/notation_verifier.h"

#include <algorithm>
#include <set>
#include <utility>

#include "countersign/notation/signature_manifest.h"

#include "admission/signature_report.h"

namespace countersign::admission {
namespace {

using policy::Report;
using registry::Repository;

struct Round {  // what one verification sees from start to end
  const Subject& subject;
  Repository& repository;
  const trust::Snapshot& trust;
  Time now;
  Deadline deadline;
};

struct Candidate {
  oci::Descriptor manifest;
  bool hinted = false;  // claims a certificate that we trust: looked at first, believed no more
};

class Search {  // through the signatures of one image, until one is good
 public:
  Search(const notation::Statement& statement, RevocationChecker& revocation, const Round& round)
      : statement_(statement), revocation_(revocation), round_(round) {
    report_.policy = statement.name;
  }

  Result<Report> run(std::vector<oci::Descriptor> referrers, std::size_t most);

 private:
  std::set<std::string> trusted_thumbprints() const;
  std::vector<Candidate> in_order(std::vector<oci::Descriptor> referrers) const;
  bool look_at(std::span<const Candidate> batch);
  bool judge(const oci::Descriptor& manifest, const oci::Descriptor& envelope, Bytes content);
  void not_fetched(const oci::Descriptor& manifest, const Error&);
  Result<Report> none_is_good(std::size_t left_out);

  const notation::Statement& statement_;
  RevocationChecker& revocation_;
  const Round& round_;
  Report report_;
  std::optional<Error> unseen_;  // the first signature that could not be looked at
};

// Thumbprints in an annotation: runs of 64 hexadecimal digits. The annotation is a JSON array, but
// nothing depends on its being one.
bool names_one_of(const std::set<std::string>& thumbprints, std::string_view annotation) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kThumbprint = 64;
  for (auto from = annotation.find_first_of(kDigits); from != std::string_view::npos;
       from = annotation.find_first_of(kDigits, from)) {
    const auto to = std::min(annotation.find_first_not_of(kDigits, from), annotation.size());
    if (to - from == kThumbprint &&
        thumbprints.contains(std::string(annotation.substr(from, to - from)))) {
      return true;
    }
    from = to;
  }
  return false;
}

std::set<std::string> Search::trusted_thumbprints() const {
  std::set<std::string> thumbprints;
  for (const auto& store : statement_.stores) {
    const auto certificates = round_.trust.certificates(store, round_.now);
    for (const auto& certificate :
         certificates ? *certificates : std::span<const x509::Certificate>{}) {
      thumbprints.insert(certificate.thumbprint());
    }
  }
  return thumbprints;
}

// Every registry lists in its own order, so ours is by digest: the same image gets the same words
// everywhere. Signatures that say they are by someone we trust come first; a lie costs us a fetch.
std::vector<Candidate> Search::in_order(std::vector<oci::Descriptor> referrers) const {
  constexpr auto kAnnotation = "io.cncf.notary.x509chain.thumbprint#S256";
  std::ranges::sort(referrers, {}, &oci::Descriptor::digest);
  const auto repeated = std::ranges::unique(referrers, {}, &oci::Descriptor::digest);
  referrers.erase(repeated.begin(), repeated.end());

  const auto thumbprints = trusted_thumbprints();
  std::vector<Candidate> candidates;
  for (auto& referrer : referrers) {
    const auto claim = referrer.annotations.find(kAnnotation);
    const bool hinted =
        claim != referrer.annotations.end() && names_one_of(thumbprints, claim->second);
    candidates.push_back({std::move(referrer), hinted});
  }
  std::ranges::sort(candidates, [](const Candidate& one, const Candidate& other) {
    return one.hinted == other.hinted ? one.manifest.digest < other.manifest.digest : one.hinted;
  });
  return candidates;
}

Result<Report> Search::run(std::vector<oci::Descriptor> referrers, std::size_t most) {
  const auto candidates = in_order(std::move(referrers));
  if (candidates.empty()) {
    report_.reason = Reason::SignatureNotFound;
    report_.detail = "no signature is attached to " + round_.subject.manifest.digest.text();
    return report_;
  }
  std::span<const Candidate> left(candidates);
  left = left.first(std::min(most, left.size()));
  while (!left.empty()) {
    const auto other = std::ranges::find(left, !left.front().hinted, &Candidate::hinted);
    const auto alike = static_cast<std::size_t>(other - left.begin());
    const auto batch = std::min(alike, limits::kSignaturesAtOnce);
    if (look_at(left.first(batch))) {
      report_.verdict = policy::Verdict::Trusted;
      return report_;
    }
    left = left.subspan(batch);
  }
  return none_is_good(candidates.size() - std::min(most, candidates.size()));
}

// Two round trips for all: the manifests, then the envelopes that they name.
bool Search::look_at(std::span<const Candidate> batch) {
  std::vector<oci::Descriptor> manifests;
  for (const auto& candidate : batch) {
    manifests.push_back(candidate.manifest);
  }
  const auto documents = round_.repository.fetch(manifests, Repository::Content::Manifest,
                                                 limits::kSignatureManifestBytes, round_.deadline);
  std::vector<oci::Descriptor> signatures, envelopes;  // side by side
  for (std::size_t index = 0; index < manifests.size(); ++index) {
    if (!documents[index]) {
      not_fetched(manifests[index], documents[index].error());
      continue;
    }
    auto envelope = notation::envelope_of(*documents[index], round_.subject.manifest);
    if (!envelope) {
      report_.signatures.push_back(unexamined(manifests[index].digest, envelope.error()));
      continue;
    }
    signatures.push_back(manifests[index]);
    envelopes.push_back(std::move(*envelope));
  }
  if (envelopes.empty()) {
    return false;
  }
  const auto contents = round_.repository.fetch(envelopes, Repository::Content::Blob,
                                                limits::kEnvelopeBytes, round_.deadline);
  for (std::size_t index = 0; index < envelopes.size(); ++index) {
    if (!contents[index]) {
      not_fetched(signatures[index], contents[index].error());
    } else if (judge(signatures[index], envelopes[index], contents[index]->bytes())) {
      return true;
    }
  }
  return false;
}

bool Search::judge(const oci::Descriptor& manifest, const oci::Descriptor& envelope,
                   Bytes content) {
  auto examination = notation::examine({.media_type = envelope.media_type,
                                        .envelope = content,
                                        .subject = round_.subject.manifest,
                                        .required_metadata = round_.subject.required_metadata},
                                       statement_, round_.trust, round_.now);
  std::vector<Result<notation::Answer>> answers;
  if (examination.anchor) {
    const auto questions = notation::questions(*examination.anchor, statement_);
    answers = questions.empty() ? answers : revocation_.ask(questions, round_.deadline);
  }
  const auto verdict = notation::conclude(std::move(examination), statement_, answers, round_.now);
  report_.signatures.push_back(signature_report(manifest.digest, envelope.media_type, verdict));
  return verdict.trusted;
}

// The registry's definite word that it has no such bytes, or other bytes, is a finding: there is no
// signature to be had here. Everything else means that we could not look.
void Search::not_fetched(const oci::Descriptor& manifest, const Error& error) {
  if (error.reason == Reason::ImageNotFound || error.reason == Reason::DigestMismatch) {
    report_.signatures.push_back(
        unexamined(manifest.digest, {Reason::EnvelopeInvalid, error.detail}));
    return;
  }
  report_.signatures.push_back(unexamined(manifest.digest, error));
  if (!unseen_) {
    unseen_ = Error{error.reason, "signature " + manifest.digest.text() + ": " + error.detail};
  }
}

Result<Report> Search::none_is_good(std::size_t left_out) {
  if (unseen_) {
    return std::unexpected(*unseen_);  // it might have been the good one
  }
  if (left_out > 0) {
    report_.reason = Reason::SignatureLimit;
    report_.detail = std::to_string(report_.signatures.size()) + " signatures were tried, " +
                     std::to_string(left_out) + " more were not";
    return report_;
  }
  if (const auto* const best = nearest(report_.signatures)) {
    report_.reason = best->reason;
    report_.detail = "signature " + best->digest.text() + ": " + best->detail;
  }
  return report_;
}

class NotationVerifier final : public Verifier {
 public:
  NotationVerifier(notation::TrustPolicy policy, NotationOptions options,
                   RevocationChecker& revocation)
      : policy_(std::move(policy)), options_(options), revocation_(revocation) {}

  std::string_view name() const override { return "notation"; }

  std::optional<Report> settled(std::string_view repository) const override {
    const auto* const statement = policy_.statement_for(repository);
    if (statement == nullptr) {
      return Report::refused(Reason::NoPolicy,
                             "the trust policy has no statement for " + std::string(repository));
    }
    if (statement->level != notation::Level::Skip) {
      return std::nullopt;
    }
    Report report;
    report.verdict = policy::Verdict::Skipped;
    report.policy = statement->name;
    return report;
  }

  std::vector<trust::StoreName> stores() const override {
    std::set<trust::StoreName> names;
    for (const auto& statement : policy_.statements()) {
      names.insert(statement.stores.begin(), statement.stores.end());
    }
    return {names.begin(), names.end()};
  }

  Result<Report> verify(const Subject& subject, Repository& repository,
                        const trust::Snapshot& trust, Time now, Deadline deadline) const override {
    if (auto report = settled(subject.repository)) {
      return std::move(*report);
    }
    TRY(auto referrers,
        repository.referrers(subject.manifest, oci::media_type::kNotarySignature, deadline));
    const Round round{subject, repository, trust, now, deadline};
    return Search(*policy_.statement_for(subject.repository), revocation_, round)
        .run(std::move(referrers), options_.max_signatures);
  }

 private:
  notation::TrustPolicy policy_;
  NotationOptions options_;
  RevocationChecker& revocation_;
};

class NoRevocation final : public RevocationChecker {
 public:
  std::vector<Result<notation::Answer>> ask(std::span<const notation::Question> questions,
                                            Deadline) override {
    return std::vector<Result<notation::Answer>>(questions.size(), notation::Answer{});
  }
};

}  // namespace

std::unique_ptr<Verifier> make_notation_verifier(notation::TrustPolicy policy,
                                                 NotationOptions options,
                                                 RevocationChecker& revocation) {
  return std::make_unique<NotationVerifier>(std::move(policy), options, revocation);
}

std::unique_ptr<RevocationChecker> make_no_revocation() { return std::make_unique<NoRevocation>(); }

}  // namespace countersign::admission
