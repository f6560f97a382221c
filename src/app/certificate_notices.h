// SPDX-License-Identifier: Apache-2.0
// Tells in time that the serving certificate ends.
#pragma once
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"

namespace countersign::app {

class CertificateNotices {  // for one thread
 public:
  explicit CertificateNotices(log::Logger& logger) : logger_(logger) {}

  // A line a day when it ends within limits::kServingNotice, and one an hour within
  // limits::kServingAlarm and after its end.
  void look(Time not_after, Time now);

 private:
  struct Told {
    Time not_after;
    Time when;
  };
  bool is_due(Time not_after, Time now) const;

  log::Logger& logger_;
  std::optional<Told> told_;
};

}  // namespace countersign::app
