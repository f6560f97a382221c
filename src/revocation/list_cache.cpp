// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_cache.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::revocation {
namespace {

constexpr Tick kInAnEarlierLife = Tick::min();  // of what the folder has: never new

bool valid(const x509::Crl& list, const Moment& moment) {
  return x509::check_time(list, moment.now).has_value();
}

}  // namespace

ListCache::ListCache(Settings settings, log::Logger& logger) : lists_(settings.cache_bytes) {
  if (!settings.cache_folder.empty()) {
    folder_.emplace(std::move(settings.cache_folder),
                    ListFolder::Room{limits::kRevocationFolderBytes, limits::kRevocationFiles},
                    logger);
  }
}

std::optional<x509::Crl> ListCache::find(const Source& source, const Moment& moment, Tick since) {
  const std::lock_guard lock(mutex_);
  const auto* const entry = lists_.find(source.key());
  if (entry == nullptr || entry->fetched < since) {
    return std::nullopt;
  }
  const bool just_fetched = moment.tick < entry->fetched + limits::kRevocationFailureLife;
  return just_fetched || valid(entry->list, moment) ? std::optional(entry->list) : std::nullopt;
}

std::optional<x509::Crl> ListCache::load(const Source& source, const Moment& moment) {
  auto bytes = folder_ ? folder_->read(source.key()) : std::nullopt;
  if (!bytes) {
    return std::nullopt;
  }
  auto list = x509::Crl::open(std::move(*bytes), source.issuer());
  if (!list || !valid(*list, moment)) {
    return std::nullopt;
  }
  remember(source, *list, kInAnEarlierLife);
  return *list;
}

void ListCache::keep(const Source& source, const x509::Crl& list, Bytes der, const Moment& moment) {
  remember(source, list, moment.tick);
  if (folder_ && valid(list, moment)) {
    folder_->write(source.key(), der);
  }
}

void ListCache::remember(const Source& source, const x509::Crl& list, Tick fetched) {
  const std::lock_guard lock(mutex_);
  lists_.put(source.key(), {list, fetched}, list.bytes());
}

std::size_t ListCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return lists_.weight();
}

}  // namespace countersign::revocation
