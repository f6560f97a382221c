// SPDX-License-Identifier: Apache-2.0
// Opened envelopes, and the manifests that name them as they were read, kept so that a warm
// decision repeats neither signature mathematics nor reading. What is kept depends on bytes alone,
// and the key is made of them: no policy, trust store, time or answer about revocation is in here,
// so that none can be old (docs/decisions/0003).
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/base/limits_admission.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/signature_manifest.h"
#include "countersign/oci/descriptor.h"

namespace countersign::admission {

class EnvelopeCache {  // thread-safe; nothing is opened under its lock
 public:
  using Opener = std::function<notation::OpenedEnvelope(std::string_view media_type, Bytes)>;

  struct Room {  // what each kind may hold; the least lately used makes room
    std::size_t good = limits::kOpenedEnvelopeBytes;
    // Apart, so that junk that somebody pushes displaces other junk only.
    std::size_t refused = limits::kRefusedEnvelopeBytes;
    std::size_t manifests = limits::kReadManifestBytes;
  };
  struct Counters {  // since the start, but for the bytes; for metrics
    std::size_t openings = 0;
    std::size_t hits = 0;    // answered from what is kept
    std::size_t shared = 0;  // waited for another caller's opening
    std::size_t bytes = 0;   // held now, estimated
  };

  EnvelopeCache() : EnvelopeCache(notation::make_envelope_opener(), Room{}) {}
  EnvelopeCache(Opener open, Room room);
  ~EnvelopeCache();
  EnvelopeCache(const EnvelopeCache&) = delete;
  EnvelopeCache& operator=(const EnvelopeCache&) = delete;

  // As open_envelope(); callers who come at once for the same bytes share one opening. When it
  // throws, that is its caller's affair alone: the others try for themselves. DeadlineExceeded:
  // nothing is known, and this caller does not wait, not even for arithmetic.
  notation::OpenedEnvelope open(std::string_view media_type, const oci::Blob& envelope, Deadline);

  // As notation::envelope_of(). Manifests that are refused are read again each time.
  Result<oci::Descriptor> envelope_of(const oci::Blob& manifest, const oci::Descriptor& subject);

  Counters counters() const;

 private:
  struct Flight;
  struct State;

  notation::OpenedEnvelope lead(const std::string& key, Flight&, std::string_view media_type,
                                Bytes envelope);
  void land(const std::string& key, Flight&, const notation::OpenedEnvelope*, std::size_t size);

  Opener open_;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::admission
