// SPDX-License-Identifier: Apache-2.0
// Tells in time that a trusted certificate ends.
#pragma once
#include <map>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/trust/snapshot.h"

namespace countersign::app {

class ExpiryNotices {  // for one thread
 public:
  explicit ExpiryNotices(log::Logger& logger) : logger_(logger) {}

  // A warning for each certificate that ends within limits::kExpiryNotice or has ended, once a day.
  void look(const trust::Snapshot&, Time now);

 private:
  void look_at(const trust::StoreName&, const trust::Holding&, const trust::Entry&, Time now);

  log::Logger& logger_;
  std::map<std::string, Time> told_;  // by store and thumbprint
};

}  // namespace countersign::app
