// SPDX-License-Identifier: Apache-2.0
// What is known about certificates, each under its issuer, so that a warm decision neither asks nor
// parses. Statuses are facts with an end: whether an old one is good enough is not decided here.
#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/revocation/client.h"

#include "revocation/moment.h"

namespace countersign::revocation {

// Two certificates may share a name and even a serial number: both are named by their bytes.
std::string key_of(const Query&);

class StatusCache {  // thread-safe
 public:
  // The status when it need not be asked for: before its end, and before limits::kOcspLife has
  // passed. What a source does not know is not asked again within limits::kRevocationFailureLife.
  // A use.
  std::optional<x509::RevocationStatus> fresh(const Query&, const Moment&);

  // The status, however old, when its source said one.
  std::optional<x509::RevocationStatus> last(const Query&);

  void keep(const Query&, const x509::RevocationStatus&, const Moment&);

  // What was used within limits::kRevocationUse and has to be asked again soon.
  std::vector<Query> due(const Moment&);

  std::size_t size() const;

 private:
  struct Entry {
    x509::RevocationStatus status;
    Time kept_at;
    Tick kept;
    Tick ask_again;
  };
  struct Use {
    Query query;
    Tick last;
  };
  static bool soon_over(const Entry&, const Moment&);

  mutable std::mutex mutex_;
  Lru<Entry> statuses_{limits::kRevocationStatuses};
  Lru<Use> uses_{limits::kRevocationRenewed};
};

}  // namespace countersign::revocation
