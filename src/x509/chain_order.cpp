// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/chain_order.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace countersign::x509 {
namespace {

class Family {
 public:
  explicit Family(Chain certificates);
  Chain in_order();

 private:
  // Numbers of certificates, in the order of their thumbprints.
  using Numbers = std::vector<std::size_t>;

  void find_issuers();
  void find_heights();
  std::size_t next(std::optional<std::size_t> last) const;
  bool is_waiting(std::size_t number) const;

  Chain certificates_;
  std::vector<Numbers> issuers_;      // of each, itself left out
  std::vector<std::size_t> heights_;  // certificates from it up to a root
  std::vector<bool> taken_;
};

Family::Family(Chain certificates) : certificates_(std::move(certificates)) {
  std::ranges::sort(certificates_, {}, &Certificate::thumbprint);
  const auto repeated = std::ranges::unique(certificates_);
  certificates_.erase(repeated.begin(), repeated.end());
  taken_.resize(certificates_.size());
  find_issuers();
  find_heights();
}

void Family::find_issuers() {
  issuers_.resize(certificates_.size());
  for (std::size_t child = 0; child < certificates_.size(); ++child) {
    for (std::size_t issuer = 0; issuer < certificates_.size(); ++issuer) {
      if (issuer != child && certificates_[child].issued_by(certificates_[issuer])) {
        issuers_[child].push_back(issuer);
      }
    }
  }
}

// CAs that certify each other stand equally high in the end: no height exceeds their number.
void Family::find_heights() {
  heights_.assign(certificates_.size(), 1);
  for (std::size_t round = 1; round < certificates_.size(); ++round) {
    const auto below = heights_;
    for (std::size_t child = 0; child < certificates_.size(); ++child) {
      for (const auto issuer : issuers_[child]) {
        heights_[child] = std::max(heights_[child], below[issuer] + 1);
      }
    }
  }
}

Chain Family::in_order() {
  Chain ordered;
  std::optional<std::size_t> last;
  while (ordered.size() < certificates_.size()) {
    last = next(last);
    taken_[*last] = true;
    ordered.push_back(certificates_[*last]);
  }
  return ordered;
}

// Has it to wait for one that it issued?
bool Family::is_waiting(std::size_t number) const {
  for (std::size_t child = 0; child < certificates_.size(); ++child) {
    if (!taken_[child] && std::ranges::count(issuers_[child], number) > 0) {
      return true;
    }
  }
  return false;
}

std::size_t Family::next(std::optional<std::size_t> last) const {
  std::optional<std::size_t> best;
  // Ready before waiting, which only those do that certify each other; the last one's issuer before
  // others; the longer chain before the shorter.
  const auto rank = [this, last](std::size_t number) {
    const bool above = last && std::ranges::count(issuers_[*last], number) > 0;
    return std::tuple(is_waiting(number), !above, certificates_.size() - heights_[number]);
  };
  for (std::size_t number = 0; number < certificates_.size(); ++number) {
    if (!taken_[number] && (!best || rank(number) < rank(*best))) {
      best = number;
    }
  }
  return best.value_or(0);
}

}  // namespace

Chain in_order(Chain certificates) { return Family(std::move(certificates)).in_order(); }

}  // namespace countersign::x509
