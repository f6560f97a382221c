// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/facts.h"

#include <string>

#include "registry/memories.h"

namespace countersign::registry {
namespace {

// Of an allocation, by the allocator; of a map's node; of a vector's or a pointer's control block.
constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kMapNodeBytes = 48;

std::size_t bytes(const std::string& text) { return text.capacity() + kBlockBytes; }

std::size_t bytes(const oci::Descriptor& descriptor) {
  static constexpr std::size_t kDigestBytes = 64;
  auto sum =
      bytes(descriptor.media_type) + bytes(descriptor.artifact_type) + kDigestBytes + kBlockBytes;
  for (const auto& [key, value] : descriptor.annotations) {
    sum += kMapNodeBytes + 2 * sizeof(std::string) + bytes(key) + bytes(value);
  }
  return sum;
}

std::size_t bytes(const Listing& listing) {
  auto sum = 2 * kBlockBytes + sizeof(std::vector<oci::Descriptor>);
  for (const auto& descriptor : *listing) {
    sum += sizeof(descriptor) + bytes(descriptor);
  }
  return sum;
}

std::size_t bytes(const oci::Blob& blob) {
  static constexpr std::size_t kOwnerBytes = 128;  // the vector, its control block, the digest
  return blob.bytes().size() + kOwnerBytes;
}

template <class Value>
bool never(const Value& /*value*/) {
  return false;
}

// Nobody is admitted by it, and names that somebody invented have one each.
bool lists_nothing(const Listing& listing) { return listing->empty(); }

template <class Value>
constexpr Memory<Value>::Nature kNature{.bytes = bytes, .empty = never<Value>};

}  // namespace

Memories::Memories(const Clock& clock, const Facts::Room& room)
    : manifests(clock, {room.manifests, room.absences}, kNature<oci::Descriptor>),
      tags(clock, {room.tags, room.absences}, kNature<oci::Descriptor>),
      referrers(clock, {room.referrers, room.absences}, {.bytes = bytes, .empty = lists_nothing}),
      contents(clock, {room.contents, room.absences}, kNature<oci::Blob>) {}

Facts::Facts(const Clock& clock, Room room) : state_(std::make_unique<State>(clock, room)) {}

Facts::~Facts() = default;

Facts::Counters Facts::counters(Kind kind) const {
  switch (kind) {
    case Kind::Manifest:
      return state_->manifests.counters();
    case Kind::Tag:
      return state_->tags.counters();
    case Kind::Referrers:
      return state_->referrers.counters();
    case Kind::Content:
      return state_->contents.counters();
  }
  return {};
}

}  // namespace countersign::registry
