// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/envelope_cache.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "countersign/base/lru.h"

namespace countersign::admission {

struct EnvelopeCache::Flight {  // one opening, and what came of it
  bool landed = false;
  std::optional<notation::OpenedEnvelope> outcome;  // none: whoever began it could not finish
};

struct EnvelopeCache::State {
  explicit State(Room room) : good(room.good), refused(room.refused), manifests(room.manifests) {}

  const notation::OpenedEnvelope* find(const std::string& key) {
    const auto* const found = good.find(key);
    return found != nullptr ? found : refused.find(key);
  }

  mutable std::mutex mutex;
  std::condition_variable landed;
  std::map<std::string, std::shared_ptr<Flight>> flights;
  Lru<notation::OpenedEnvelope> good, refused;
  Lru<std::shared_ptr<const notation::SignatureManifest>> manifests;
  Counters counters;
};

namespace {

// What an entry holds, from measurements: chains of two to four certificates take 2 to 6.4 bytes
// for each byte of the envelope, with the timestamp opened; tiny members of the payload take 11.
constexpr std::size_t kEntryBytes = 1 * limits::kKiB;  // keys and nodes of the cache itself
constexpr std::size_t kOpenedBytesPerByte = 8;
constexpr std::size_t kBytesPerPair = 64;
constexpr std::size_t kManifestBytes = 700;  // read, without annotations, with its place

std::size_t cost(const notation::OpenedEnvelope& opened, std::size_t size) {
  if (!opened) {
    return kEntryBytes + opened.error().detail.size();
  }
  const auto pairs = (*opened)->user_metadata.size() + (*opened)->extended_attributes.size();
  return kEntryBytes + size * kOpenedBytesPerByte + pairs * kBytesPerPair;
}

// Is it a finding about the bytes, the same for ever? Anything else may be gone the next time.
bool is_fact(const Error& error) {
  constexpr std::array kFindings{Reason::EnvelopeInvalid, Reason::SignatureInvalid,
                                 Reason::CertificateProfile, Reason::PayloadMismatch};
  return std::ranges::find(kFindings, error.reason) != kFindings.end();
}

}  // namespace

EnvelopeCache::EnvelopeCache(Opener open, Room room)
    : open_(std::move(open)), state_(std::make_unique<State>(room)) {}

EnvelopeCache::~EnvelopeCache() = default;

notation::OpenedEnvelope EnvelopeCache::open(std::string_view media_type, const oci::Blob& envelope,
                                             Deadline deadline) {
  // A Blob's digest is of its bytes, never a registry's word: equal keys are equal bytes, read as
  // the same format.
  const auto key = envelope.digest().text() + " " + std::string(media_type);
  std::unique_lock lock(state_->mutex);
  for (;;) {
    if (const auto* const known = state_->find(key)) {
      ++state_->counters.hits;
      return *known;
    }
    if (!deadline.waits()) {
      return fail(Reason::DeadlineExceeded, "the envelope was not opened before");
    }
    auto& place = state_->flights[key];
    if (!place) {
      place = std::make_shared<Flight>();
      const auto mine = place;
      ++state_->counters.openings;
      lock.unlock();
      return lead(key, *mine, media_type, envelope.bytes());
    }
    // No deadline: what is waited for is arithmetic over an envelope of bounded size, by a thread
    // that waits for nobody.
    const auto theirs = place;
    ++state_->counters.shared;
    state_->landed.wait(lock, [&theirs] { return theirs->landed; });
    if (theirs->outcome) {
      return *theirs->outcome;
    }
  }
}

notation::OpenedEnvelope EnvelopeCache::lead(const std::string& key, Flight& flight,
                                             std::string_view media_type, Bytes envelope) {
  try {
    auto opened = open_(media_type, envelope);
    land(key, flight, &opened, envelope.size());
    return opened;
  } catch (...) {
    land(key, flight, nullptr, 0);
    throw;
  }
}

void EnvelopeCache::land(const std::string& key, Flight& flight,
                         const notation::OpenedEnvelope* opened, std::size_t size) {
  const std::scoped_lock lock(state_->mutex);
  state_->flights.erase(key);
  flight.landed = true;
  state_->landed.notify_all();
  if (opened == nullptr) {
    return;
  }
  flight.outcome = *opened;
  if (*opened) {
    state_->good.put(key, *opened, cost(*opened, size));
  } else if (is_fact(opened->error())) {
    state_->refused.put(key, *opened, cost(*opened, size));
  }
}

Result<oci::Descriptor> EnvelopeCache::envelope_of(const oci::Blob& manifest,
                                                   const oci::Descriptor& subject) {
  const auto key = manifest.digest().text();
  {
    const std::scoped_lock lock(state_->mutex);
    if (const auto* const known = state_->manifests.find(key)) {
      return notation::envelope_of(**known, subject);
    }
  }
  TRY(auto read, notation::read_signature_manifest(manifest));
  auto envelope = notation::envelope_of(read, subject);
  read.subject.annotations.clear();
  read.envelope.annotations.clear();
  const std::scoped_lock lock(state_->mutex);
  state_->manifests.put(key, std::make_shared<const notation::SignatureManifest>(std::move(read)),
                        kManifestBytes);
  return envelope;
}

EnvelopeCache::Counters EnvelopeCache::counters() const {
  const std::scoped_lock lock(state_->mutex);
  auto counters = state_->counters;
  counters.bytes = state_->good.weight() + state_->refused.weight() + state_->manifests.weight();
  return counters;
}

}  // namespace countersign::admission
