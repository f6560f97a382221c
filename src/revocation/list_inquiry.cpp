// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_inquiry.h"

#include <algorithm>
#include <optional>
#include <string>

#include "countersign/base/limits.h"

namespace countersign::revocation {
namespace {

using x509::RevocationStatus;

// Of two lists that revoke: the one under which less still holds.
bool harsher(const RevocationStatus& one, const RevocationStatus& other) {
  return other.since && (!one.since || *one.since < *other.since);
}

class Sum {
 public:
  void add(const Result<RevocationStatus>& part) {
    if (!part) {
      return add_failure(part.error());
    }
    fresh_until_ = std::min(fresh_until_, part->fresh_until);
    switch (part->kind) {
      case RevocationStatus::Kind::Unknown:
        return add_failure({Reason::RevocationUnknown, part->detail});
      case RevocationStatus::Kind::Revoked:
        revoked_ = revoked_ && !harsher(*part, *revoked_) ? revoked_ : *part;
        return;
      case RevocationStatus::Kind::Good:
        good_ = good_ ? good_ : *part;
        return;
    }
  }

  // A list that could not be read may revoke from the beginning, so that nothing holds.
  Result<RevocationStatus> total() const {
    if (!revoked_ && failure_) {
      return std::unexpected(*failure_);
    }
    if (!revoked_ && !good_) {
      return fail(Reason::RevocationUnknown, "the certificate names no list");
    }
    RevocationStatus total = revoked_ ? *revoked_ : *good_;
    total.fresh_until = fresh_until_;
    if (failure_) {
      total.since.reset();
    }
    return total;
  }

 private:
  void add_failure(const Error& error) {
    if (!failure_ || error.reason == Reason::DeadlineExceeded) {
      failure_ = error;
    }
  }

  std::optional<RevocationStatus> revoked_, good_;
  std::optional<Error> failure_;
  Time fresh_until_ = Time::max();
};

}  // namespace

ListInquiry::ListInquiry(const Query& query, Time now) {
  const auto& urls = query.certificate.crl_urls();
  too_many_ = urls.size() > limits::kRevocationUrls;
  if (!too_many_) {
    for (const auto& url : urls) {
      points_.emplace_back(url, query, now);
    }
  }
}

std::vector<Source> ListInquiry::wanted() const {
  std::vector<Source> wanted;
  for (const auto& point : points_) {
    if (point.wanted()) {
      wanted.push_back(*point.wanted());
    }
  }
  return wanted;
}

void ListInquiry::take(std::span<const Result<Finding>> findings) {
  auto finding = findings.begin();
  for (auto& point : points_) {
    if (point.wanted()) {
      point.take(*finding++);
    }
  }
}

Result<RevocationStatus> ListInquiry::outcome() const {
  if (too_many_) {
    return fail(Reason::RevocationUnknown, "the certificate names more than " +
                                               std::to_string(limits::kRevocationUrls) + " lists");
  }
  Sum sum;
  for (const auto& point : points_) {
    sum.add(point.outcome());
  }
  return sum.total();
}

}  // namespace countersign::revocation
