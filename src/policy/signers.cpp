// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/signers.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace countersign::policy {
namespace {

std::string folded(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// A signature joins a subject and a key; those that share neither are a matching of that graph, and
// the largest is found by augmenting paths (Kuhn): one search of all edges for each subject, and
// there are no more edges than limits::kSignaturesPerImage and its like.
class Matching {
 public:
  void add(const SignerReport& signer) { keys_of_[folded(signer.subject)].insert(signer.key); }

  std::size_t size() {
    std::size_t matched = 0;
    for (const auto& [subject, keys] : keys_of_) {
      std::set<std::string> tried;
      matched += augment(subject, tried) ? 1 : 0;
    }
    return matched;
  }

 private:
  // Gives the subject a key, perhaps one whose subject can take another.
  // NOLINTNEXTLINE(misc-no-recursion): at most one level for each signature
  bool augment(const std::string& subject, std::set<std::string>& tried) {
    for (const auto& key : keys_of_.at(subject)) {
      if (!tried.insert(key).second) {
        continue;
      }
      const auto owner = subject_of_.find(key);
      if (owner == subject_of_.end() || augment(owner->second, tried)) {
        subject_of_[key] = subject;
        return true;
      }
    }
    return false;
  }

  std::map<std::string, std::set<std::string>> keys_of_;
  std::map<std::string, std::string> subject_of_;  // by key: what is matched so far
};

}  // namespace

std::size_t distinct_signers(std::span<const SignatureReport> signatures) {
  Matching matching;
  for (const auto& signature : signatures) {
    if (signature.verdict == Verdict::Trusted && signature.signer) {
      matching.add(*signature.signer);
    }
  }
  return matching.size();
}

}  // namespace countersign::policy
