// SPDX-License-Identifier: Apache-2.0
// The way to the status of one certificate: what to read next, and what it comes to. No network, no
// cache, no clock, so that many go their ways side by side, and each step can be tested.
//
// 1. The responders in turn, until one gives a valid answer: good, revoked, or that he does not
//    know. A good answer of a delegate without ocsp-nocheck counts once the lists that the delegate
//    names, if any, say that he is good, too; bad news is believed at once. Responders beyond
//    limits::kRevocationUrls are not asked.
// 2. The lists, when there is no answer but "unknown": all of them (list_inquiry.h).
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "revocation/list_inquiry.h"

namespace countersign::revocation {

class Inquiry {
 public:
  Inquiry(Query query, Time now);

  const Query& query() const { return query_; }
  std::vector<Source> wanted() const;           // empty: there is an outcome
  void take(std::span<const Result<Finding>>);  // of what was wanted, in its order
  const std::optional<Result<x509::RevocationStatus>>& outcome() const { return outcome_; }

 private:
  void next_responder();
  void take_answer(const Result<Finding>&);
  void weigh(x509::OcspAnswer);
  void check_delegate(const x509::OcspAnswer&);
  void take_delegate(const Result<x509::RevocationStatus>&);
  void turn_to_lists();
  void take_lists();

  Query query_;
  Time now_;
  std::optional<Source> responder_;  // who is being asked
  std::size_t responders_tried_ = 0;
  std::optional<x509::RevocationStatus> unknown_;  // a responder's word
  std::optional<x509::RevocationStatus> said_;     // by a delegate who is being checked
  std::optional<ListInquiry> lists_;               // of the delegate, or of the certificate
  std::string trouble_;                            // with the last responder
  std::optional<Result<x509::RevocationStatus>> outcome_;
};

}  // namespace countersign::revocation
