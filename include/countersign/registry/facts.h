// SPDX-License-Identifier: Apache-2.0
// What was read from registries, remembered. Facts that depend on bytes alone (a manifest by its
// digest, an envelope) stay until others need the room; what may change (a tag, a list of
// referrers) lives for seconds; what went wrong in between is no fact and is not kept
// (docs/decisions/0003). Bounded in bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"

namespace countersign::registry {

class Facts {  // thread-safe; shared by all registries
 public:
  enum class Kind : std::uint8_t { Manifest, Tag, Referrers, Content };

  struct Room {  // bytes, keys included
    std::size_t manifests = limits::kManifestFactBytes;
    std::size_t tags = limits::kTagFactBytes;
    std::size_t referrers = limits::kReferrersFactBytes;
    std::size_t contents = limits::kContentFactBytes;
    std::size_t absences = limits::kAbsenceFactBytes;  // of each kind; empty lists are some
  };
  struct Counters {          // of facts, since the start, but for the bytes; for metrics
    std::size_t looks = 0;   // looked for at a registry; one look may be for several
    std::size_t hits = 0;    // answered from what is kept
    std::size_t shared = 0;  // waited for in a look that was under way
    std::size_t bytes = 0;   // held now, estimated
  };

  // The clock is borrowed.
  explicit Facts(const Clock& clock) : Facts(clock, Room{}) {}
  Facts(const Clock&, Room);
  ~Facts();
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  Counters counters(Kind) const;

 private:
  friend class RememberedRegistry;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::registry
