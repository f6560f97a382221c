// SPDX-License-Identifier: Apache-2.0
// The admission endpoints behind the front: a body in, an AdmissionReview out.
//
// HTTP 200 as soon as the review's uid can be read, whatever else is wrong: a denial. Only without
// one there is nothing to answer: 400.
#pragma once
#include <string>
#include <string_view>

#include "countersign/admission/admitter.h"
#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

namespace countersign::app {

// What a user sees in a denial and an operator finds in the log: the beginning of the uid, which
// the API server has in its trace, too.
std::string correlation_id(std::string_view uid);

class Webhook final : public server::Handler {
 public:
  // All borrowed.
  Webhook(const admission::Admitter&, const Clock&, server::Metrics&, log::Logger&);

  bool knows(std::string_view path) const override;  // /validate, /advise
  server::HttpReply handle(const server::HttpRequest&) override;
  server::HttpReply overloaded(const server::HttpRequest&) override;

 private:
  server::HttpReply refuse(const server::HttpRequest&, const kube::Unreadable&);
  void record(const server::HttpRequest&, const kube::Review&, const policy::Decision&,
              const kube::Answer&, std::string_view id);

  const admission::Admitter& admitter_;
  const Clock& clock_;
  server::Metrics& metrics_;
  log::Logger& logger_;
};

}  // namespace countersign::app
