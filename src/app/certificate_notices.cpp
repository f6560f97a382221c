// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_notices.h"

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::app {

void CertificateNotices::look(Time not_after, Time now) {
  if (not_after - now > limits::kServingNotice) {
    told_.reset();
    return;
  }
  if (!is_due(not_after, now)) {
    return;
  }
  told_ = Told{not_after, now};
  const auto end = codec::format_rfc3339(not_after);
  if (not_after < now) {
    logger_.error("the serving certificate has expired, clients refuse it", {{"notAfter", end}});
    return;
  }
  const auto days = std::chrono::floor<std::chrono::days>(not_after - now).count();
  logger_.warning("the serving certificate ends soon", {{"notAfter", end}, {"daysLeft", days}});
}

bool CertificateNotices::is_due(Time not_after, Time now) const {
  // Another certificate, or a calendar that was set back.
  if (!told_ || told_->not_after != not_after || told_->when > now) {
    return true;
  }
  const bool alarming = not_after - now < limits::kServingAlarm;
  return now - told_->when >= (alarming ? limits::kServingAlarmEvery : limits::kServingNoticeEvery);
}

}  // namespace countersign::app
