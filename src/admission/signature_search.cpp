// SPDX-License-Identifier: Apache-2.0
#include "admission/signature_search.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "countersign/policy/signers.h"

#include "admission/candidates.h"
#include "admission/signature_report.h"

namespace countersign::admission {
namespace {

using policy::Report;
using registry::Repository;

class Search {
 public:
  Search(const Round& round, const SearchTools& tools) : round_(round), tools_(tools) {
    report_.policy = round.statement.name;
  }

  Result<Report> run(std::span<const Candidate> candidates);

 private:
  bool look_at(std::span<const Candidate> batch);
  bool judge(const oci::Descriptor& manifest, const oci::Descriptor& envelope,
             const oci::Blob& content);
  bool enough() const;
  void not_fetched(const oci::Descriptor& manifest, Repository::Content, const Error&);
  Result<Report> too_few(std::size_t left_out);
  void none_is_good(std::size_t left_out);
  void lacks_signers(std::size_t signers, std::size_t left_out);

  const Round& round_;
  const SearchTools& tools_;
  Report report_;
  std::optional<Error> unseen_;  // the first signature that could not be looked at
};

std::string about(const oci::Digest& signature, std::string_view what);
std::optional<Error> lost(Repository::Content content, const Error& error);

Result<Report> Search::run(std::span<const Candidate> candidates) {
  if (candidates.empty()) {
    // Level audit demands one, too: its document says what may be wrong with a signature, and
    // nothing of none. A rule in mode warn or audit lets such images pass.
    report_.reason = Reason::SignatureNotFound;
    report_.detail = "no signature is attached to " + round_.subject.manifest.digest.text() +
                     "; every level but skip demands one";
    return report_;
  }
  auto left = candidates.first(std::min(tools_.most, candidates.size()));
  const auto left_out = candidates.size() - left.size();
  while (!left.empty()) {
    const auto other = std::ranges::find_if(
        left, [&left](const Candidate& each) { return each.claim != left.front().claim; });
    const auto alike = static_cast<std::size_t>(other - left.begin());
    const auto batch = std::min(alike, limits::kSignaturesAtOnce);
    if (look_at(left.first(batch))) {
      report_.verdict = policy::Verdict::Trusted;
      return report_;
    }
    left = left.subspan(batch);
  }
  return too_few(left_out);
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
      not_fetched(manifests[index], Repository::Content::Manifest, documents[index].error());
      continue;
    }
    auto envelope = tools_.envelopes.envelope_of(*documents[index], round_.subject.manifest);
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
      not_fetched(signatures[index], Repository::Content::Blob, contents[index].error());
    } else if (judge(signatures[index], envelopes[index], *contents[index])) {
      return true;
    }
  }
  return false;
}

// The envelope may have been opened earlier; all else is judged now.
bool Search::judge(const oci::Descriptor& manifest, const oci::Descriptor& envelope,
                   const oci::Blob& content) {
  const auto opened = tools_.envelopes.open(envelope.media_type, content, round_.deadline);
  const notation::Candidate candidate{.envelope = opened,
                                      .subject = round_.subject.manifest,
                                      .required_metadata = round_.subject.required_metadata};
  auto examination = notation::examine(candidate, round_.statement, round_.trust, round_.now);
  std::vector<Result<x509::RevocationStatus>> answers;
  const auto questions = notation::questions(examination, round_.statement);
  if (!questions.empty()) {
    answers = tools_.revocation.ask(questions, round_.deadline);
  }
  const auto verdict =
      notation::conclude(std::move(examination), round_.statement, answers, round_.now);
  report_.signatures.push_back(signature_report(manifest.digest, envelope.media_type, verdict));
  if (round_.subject.evidence == policy::Evidence::Wanted) {
    add_evidence(report_.signatures.back(),
                 notation::evidence(candidate, round_.statement, round_.trust, round_.now,
                                    {questions, answers}));
  }
  return verdict.trusted && enough();
}

bool Search::enough() const {
  return round_.subject.signers <= 1 ||
         policy::distinct_signers(report_.signatures) >= round_.subject.signers;
}

void Search::not_fetched(const oci::Descriptor& manifest, Repository::Content content,
                         const Error& error) {
  if (auto finding = lost(content, error)) {
    report_.signatures.push_back(unexamined(manifest.digest, *finding));
    return;
  }
  report_.signatures.push_back(unexamined(manifest.digest, error));
  if (!unseen_) {
    unseen_ = Error{error.reason, about(manifest.digest, error.detail)};
  }
}

Result<Report> Search::too_few(std::size_t left_out) {
  if (unseen_) {
    return std::unexpected(*unseen_);  // it might have been a good one
  }
  const auto signers = policy::distinct_signers(report_.signatures);
  if (signers == 0) {
    none_is_good(left_out);
  } else {
    lacks_signers(signers, left_out);
  }
  return report_;
}

void Search::none_is_good(std::size_t left_out) {
  const auto* const best = nearest(report_.signatures);
  if (left_out > 0) {
    report_.reason = Reason::SignatureLimit;
    report_.detail = std::to_string(report_.signatures.size()) + " signatures were tried, " +
                     std::to_string(left_out) + " more were not";
    if (best != nullptr) {
      report_.detail += "; nearest to trust: " + std::string(wire_name(best->reason));
    }
  } else if (best != nullptr) {
    report_.reason = best->reason;
    report_.detail = about(best->digest, best->detail);
  }
}

// One that lacks only a fresh answer about revocation might be the one more that is needed: then
// its reason counts, and the same request may succeed later.
void Search::lacks_signers(std::size_t signers, std::size_t left_out) {
  report_.reason = Reason::TooFewSigners;
  report_.detail = std::to_string(signers) + " of " + std::to_string(round_.subject.signers);
  if (left_out > 0) {
    report_.detail += "; " + std::to_string(left_out) + " more signatures were not tried";
  }
  if (const auto* const best = nearest(report_.signatures)) {
    report_.reason = may_retry(best->reason) ? best->reason : report_.reason;
    report_.detail += "; nearest to trust of the others: " + std::string(wire_name(best->reason));
  }
}

// What is wrong comes first: messages are cut at their end.
std::string about(const oci::Digest& signature, std::string_view what) {
  return std::string(what) + " (signature " + signature.text() + ")";
}

std::string_view part(Repository::Content content) {
  switch (content) {
    case Repository::Content::Manifest:
      return "manifest";
    case Repository::Content::Blob:
      return "envelope";
  }
  return "content";
}

// The registry's definite word that it has no such bytes, or other bytes, is a finding: there is no
// signature to be had here. The publisher has one all the same, so he is told what to do.
std::optional<Error> lost(Repository::Content content, const Error& error) {
  const std::string what(part(content));
  if (error.reason == Reason::ImageNotFound) {
    return Error{Reason::EnvelopeInvalid,
                 "the registry lists the signature but lacks its " + what +
                     "; mend the registry or push that again: " + error.detail};
  }
  if (error.reason == Reason::DigestMismatch) {
    return Error{Reason::EnvelopeInvalid,
                 "the registry has other bytes than the signature's " + what +
                     "; mend the registry or push that again: " + error.detail};
  }
  return std::nullopt;
}

using Signatures = std::vector<oci::Descriptor>;

Result<Signatures> list(const Round& round, Repository::Age age) {
  return round.repository.referrers(round.subject.manifest, oci::media_type::kNotarySignature, age,
                                    round.deadline);
}

Result<Report> search(const Signatures& signatures, const Round& round, const SearchTools& tools) {
  return Search(round, tools).run(in_order(signatures, round.statement, round.trust, round.now));
}

}  // namespace

Result<Report> search_signatures(const Round& round, const SearchTools& tools) {
  TRY(const auto kept, list(round, Repository::Age::Kept));
  auto report = search(kept, round, tools);
  if (!report || report->verdict == policy::Verdict::Trusted) {
    return report;
  }
  // Whoever was refused may have signed just now: a refusal needs a list that is recent.
  TRY(const auto recent, list(round, Repository::Age::Recent));
  return std::ranges::equal(kept, recent, {}, &oci::Descriptor::digest, &oci::Descriptor::digest)
             ? report
             : search(recent, round, tools);
}

}  // namespace countersign::admission
