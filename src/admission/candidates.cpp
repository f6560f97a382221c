// SPDX-License-Identifier: Apache-2.0
#include "admission/candidates.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace countersign::admission {
namespace {

using Thumbprints = std::set<std::string_view>;  // borrowed from the snapshot

Thumbprints trusted_by(const notation::Statement& statement, const trust::Snapshot& trust,
                       Time now);
Claim claim_of(const oci::Descriptor& signature, const Thumbprints& trusted);
oci::Descriptor without_annotations(const oci::Descriptor& signature);

}  // namespace

std::vector<Candidate> in_order(std::span<const oci::Descriptor> signatures,
                                const notation::Statement& statement, const trust::Snapshot& trust,
                                Time now) {
  std::vector<const oci::Descriptor*> listed;
  listed.reserve(signatures.size());
  for (const auto& signature : signatures) {
    listed.push_back(&signature);
  }
  const auto digest = [](const oci::Descriptor* each) -> const oci::Digest& {
    return each->digest;
  };
  std::ranges::sort(listed, {}, digest);
  const auto repeated = std::ranges::unique(listed, {}, digest);
  listed.erase(repeated.begin(), repeated.end());

  const bool choice = listed.size() > 1;
  const auto trusted = choice ? trusted_by(statement, trust, now) : Thumbprints{};
  std::vector<Candidate> candidates;
  candidates.reserve(listed.size());
  for (const auto* signature : listed) {
    candidates.push_back({without_annotations(*signature), claim_of(*signature, trusted)});
  }
  std::ranges::sort(candidates, [](const Candidate& one, const Candidate& other) {
    return one.claim == other.claim ? one.manifest.digest < other.manifest.digest
                                    : one.claim == Claim::Trusted;
  });
  return candidates;
}

namespace {

Thumbprints trusted_by(const notation::Statement& statement, const trust::Snapshot& trust,
                       Time now) {
  Thumbprints thumbprints;
  for (const auto& store : statement.stores) {
    const auto certificates = trust.certificates(store, now);
    for (const auto& certificate :
         certificates ? *certificates : std::span<const x509::Certificate>{}) {
      thumbprints.insert(certificate.thumbprint());
    }
  }
  return thumbprints;
}

oci::Descriptor without_annotations(const oci::Descriptor& signature) {
  return {.media_type = signature.media_type,
          .digest = signature.digest,
          .size = signature.size,
          .artifact_type = signature.artifact_type,
          .annotations = {}};
}

// Runs of 64 hexadecimal digits, which the specification writes in upper case and Notation in lower
// case. The annotation is a JSON array, but nothing depends on its being one.
Claim claim_of(const oci::Descriptor& signature, const Thumbprints& trusted) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kThumbprint = 64;
  const auto found = signature.annotations.find("io.cncf.notary.x509chain.thumbprint#S256");
  if (found == signature.annotations.end() || trusted.empty()) {
    return Claim::None;
  }
  std::string text = found->second;
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string_view annotation = text;
  for (auto from = annotation.find_first_of(kDigits); from != std::string_view::npos;
       from = annotation.find_first_of(kDigits, from)) {
    const auto to = std::min(annotation.find_first_not_of(kDigits, from), annotation.size());
    if (to - from == kThumbprint && trusted.contains(annotation.substr(from, to - from))) {
      return Claim::Trusted;
    }
    from = to;
  }
  return Claim::None;
}

}  // namespace
}  // namespace countersign::admission
