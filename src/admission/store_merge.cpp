// SPDX-License-Identifier: Apache-2.0
#include "admission/store_merge.h"

#include <algorithm>
#include <utility>

namespace countersign::admission {
namespace {

using trust::Holding;
using Entries = std::vector<trust::Entry>;

Result<Entries> trusted_of_chain(Entries chain, trust::StoreType type) {
  const bool some = !chain.empty();
  auto anchors = trust::anchors_of(type, std::move(chain));
  if (some && anchors.empty()) {
    return fail(Reason::BadConfig, "none of its certificates may be in a store of type " +
                                       std::string(trust::name(type)) +
                                       ": there is no CA among them, and none is self-signed");
  }
  return anchors;
}

Result<Entries> trusted(Entries entries, const Look& look) {
  switch (look.content) {
    case trust::Content::Chains:
      return trusted_of_chain(std::move(entries), look.type);
    case trust::Content::Anchors:
      break;
  }
  std::vector<x509::Certificate> certificates;
  std::ranges::transform(entries, std::back_inserter(certificates), &trust::Entry::certificate);
  TRY_VOID(trust::check_certificates(look.type, certificates));
  return entries;
}

// What was good stays good for max_stale by either clock: one may have been set back.
Holding kept(const Holding& last, const Error& error, const Look& look) {
  auto holding = last;
  holding.failure = error;
  if (holding.loaded_at && look.max_stale && look.tick - holding.loaded_tick >= *look.max_stale) {
    holding.stale_at = std::min(holding.stale_at.value_or(look.now), look.now);
  }
  return holding;
}

Holding fresh(trust::Item& item, Entries entries, const Look& look) {
  Holding holding{.name = std::move(item.name),
                  .entries = std::move(entries),
                  .remark = std::move(item.remark),
                  .need = item.need,
                  .loaded_at = look.now,
                  .loaded_tick = look.tick};
  if (look.max_stale) {
    holding.stale_at = look.now + *look.max_stale;
  }
  return holding;
}

Holding merged(const trust::Store& before, trust::Item item, const Look& look) {
  auto entries = item.entries ? trusted(*std::move(item.entries), look)
                              : std::unexpected(std::move(item.entries).error());
  if (entries) {
    return fresh(item, *std::move(entries), look);
  }
  const auto last = std::ranges::find(before.holdings(), item.name, &Holding::name);
  if (last != before.holdings().end()) {
    return kept(*last, entries.error(), look);
  }
  return {.name = std::move(item.name), .need = item.need, .failure = std::move(entries).error()};
}

}  // namespace

trust::Store merged(const trust::Store& before, Result<std::vector<trust::Item>> found,
                    const Look& look) {
  std::vector<Holding> holdings;
  if (found) {
    for (auto& item : *found) {
      holdings.push_back(merged(before, std::move(item), look));
    }
  } else {
    for (const auto& last : before.holdings()) {
      holdings.push_back(kept(last, found.error(), look));
    }
    if (holdings.empty()) {
      holdings.push_back({.name = look.source, .failure = std::move(found).error()});
    }
  }
  return trust::Store(std::move(holdings));
}

}  // namespace countersign::admission
