// SPDX-License-Identifier: Apache-2.0
// What is left of a decision: one log line, the metrics, and perhaps an event.
#pragma once
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/kube/admission_review.h"
#include "countersign/policy/decide.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

#include "app/denial_events.h"

namespace countersign::app {

class DecisionRecord {  // thread-safe
 public:
  // All borrowed. Without `events` none are written.
  DecisionRecord(const Clock& clock, server::Metrics& metrics, log::Logger& logger,
                 DenialEvents* events)
      : clock_(clock), metrics_(metrics), logger_(logger), events_(events) {}

  enum class Entry : std::uint8_t { Validate, Advise };
  struct Decided {
    const server::HttpRequest& request;
    Entry entry;
    const kube::Review& review;
    const policy::Decision& decision;
    const kube::Answer& answer;
    std::string_view id;
  };
  void decided(const Decided&);
  // Of what could not be read, or was not looked at: there is a uid, or none.
  void refused(const server::HttpRequest&, Entry, const kube::Unreadable&);

 private:
  void count(const Decided&, std::chrono::nanoseconds took);
  void write(const Decided&, std::chrono::nanoseconds took);

  const Clock& clock_;
  server::Metrics& metrics_;
  log::Logger& logger_;
  DenialEvents* events_;
};

}  // namespace countersign::app
