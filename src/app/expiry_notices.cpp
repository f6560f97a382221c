// SPDX-License-Identifier: Apache-2.0
#include "app/expiry_notices.h"

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::app {

void ExpiryNotices::look(const trust::Snapshot& snapshot, Time now) {
  std::erase_if(told_, [now](const auto& one) {
    return one.second + limits::kExpiryNoticeEvery <= now || one.second > now;
  });
  for (const auto& [name, store] : snapshot.stores()) {
    for (const auto& holding : store.holdings()) {
      for (const auto& entry : holding.entries) {
        look_at(name, holding, entry, now);
      }
    }
  }
}

void ExpiryNotices::look_at(const trust::StoreName& store, const trust::Holding& holding,
                            const trust::Entry& entry, Time now) {
  const auto end = entry.certificate.not_after();
  if (end - now > limits::kExpiryNotice ||
      !told_.emplace(store.text() + " " + entry.certificate.thumbprint(), now).second) {
    return;
  }
  logger_.warning(
      now <= end ? "a trusted certificate ends soon" : "a trusted certificate has ended",
      {{"store", store.text()},
       {"item", holding.name},
       {"version", entry.version},
       {"subject", entry.certificate.subject()},
       {"thumbprint", entry.certificate.thumbprint()},
       {"notAfter", codec::format_rfc3339(end)}});
}

}  // namespace countersign::app
