// SPDX-License-Identifier: Apache-2.0
// The admission endpoints behind the front: a body in, an AdmissionReview out.
//
// HTTP 200 as soon as the review's uid can be read, whatever else is wrong: a denial. Only without
// one there is nothing to answer: 400.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "countersign/admission/admitter.h"
#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

#include "app/decision_record.h"

namespace countersign::app {

inline constexpr std::string_view kValidatePath = "/validate";  // the one that denies

// What a user sees in a denial and an operator finds in the log: the beginning of the uid, which
// the API server has in its trace, too.
std::string correlation_id(std::string_view uid);

struct WebhookParts {  // all borrowed
  const admission::Admitter& admitter;
  const Clock& clock;
  server::Metrics& metrics;
  log::Logger& logger;
  DenialEvents* events = nullptr;  // null: none are written
};

class Webhook final : public server::Handler {
 public:
  explicit Webhook(const WebhookParts& parts)
      : parts_(parts), record_(parts.clock, parts.metrics, parts.logger, parts.events) {}

  bool knows(std::string_view path) const override;  // /validate, /advise
  std::optional<server::HttpReply> handle_at_once(const server::HttpRequest&) override;
  server::HttpReply handle(const server::HttpRequest&) override;
  server::HttpReply overloaded(const server::HttpRequest&) override;

 private:
  class Stopwatch;
  server::HttpReply tell(const server::HttpRequest&, const kube::Review&, const policy::Decision&,
                         Stopwatch&);
  server::HttpReply refuse(const server::HttpRequest&, const kube::Unreadable&);
  void note_contradiction(const kube::Review&);

  WebhookParts parts_;
  DecisionRecord record_;
};

}  // namespace countersign::app
