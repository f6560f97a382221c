// SPDX-License-Identifier: Apache-2.0
// What can be read where, for inquiries: they are led to their end without a network. Whoever wants
// what is not there fails the test.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "revocation/source.h"

namespace countersign::revocation {

using x509::RevocationStatus;

inline Result<Finding> down(std::string detail = "down") {
  return fail(Reason::RevocationUnknown, std::move(detail));
}

inline Result<Finding> too_late() { return fail(Reason::DeadlineExceeded, "too late"); }

inline Result<Finding> says(RevocationStatus::Kind kind,
                            std::optional<x509::Certificate> delegate = std::nullopt) {
  RevocationStatus status;
  status.kind = kind;
  status.fresh_until = Time(std::chrono::sys_days{std::chrono::year{2026} / 4 / 1});
  return Finding(x509::OcspAnswer{status, std::move(delegate)});
}

class World {
 public:
  World& put(const std::string& url, Result<Finding> finding) {
    places_.insert_or_assign(url, std::move(finding));
    return *this;
  }

  // To the end. Each round of what was wanted is one element of `asked`, "a b" for two at once.
  template <class AnyInquiry>
  AnyInquiry lead(AnyInquiry inquiry) {
    for (auto wanted = inquiry.wanted(); !wanted.empty(); wanted = inquiry.wanted()) {
      std::vector<Result<Finding>> findings;
      std::string round;
      for (const auto& source : wanted) {
        round += (round.empty() ? "" : " ") + source.url();
        findings.push_back(at(source.url()));
      }
      asked_.push_back(round);
      inquiry.take(findings);
    }
    return inquiry;
  }

  const std::vector<std::string>& asked() const { return asked_; }

 private:
  Result<Finding> at(const std::string& url) const {
    const auto place = places_.find(url);
    if (place == places_.end()) {
      ADD_FAILURE() << "nobody may ask " << url;
      return fail(Reason::Internal, "not there");
    }
    return place->second;
  }

  std::map<std::string, Result<Finding>> places_;
  std::vector<std::string> asked_;
};

// "good", "revoked", "unknown", or the wire name of the error.
inline std::string kind_of(const Result<RevocationStatus>& outcome) {
  if (!outcome) {
    return std::string(wire_name(outcome.error().reason));
  }
  switch (outcome->kind) {
    case RevocationStatus::Kind::Unknown:
      return "unknown";
    case RevocationStatus::Kind::Revoked:
      return "revoked";
    case RevocationStatus::Kind::Good:
      return "good";
  }
  return "";
}

}  // namespace countersign::revocation
