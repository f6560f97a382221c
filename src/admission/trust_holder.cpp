// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/trust_holder.h"

#include <algorithm>
#include <utility>

#include "admission/store_merge.h"

namespace countersign::admission {
namespace {

using trust::Holding;

bool same_certificates(const trust::Store& one, const trust::Store& other) {
  const auto holds_all_of = [](const trust::Store& mine, const trust::Store& theirs) {
    return std::ranges::all_of(theirs.certificates(Time::min()), [&](const auto& certificate) {
      const auto all = mine.certificates(Time::min());
      return std::ranges::find(all, certificate) != all.end();
    });
  };
  return holds_all_of(one, other) && holds_all_of(other, one);
}

const Holding* find(const trust::Store& store, const std::string& name) {
  const auto found = std::ranges::find(store.holdings(), name, &Holding::name);
  return found == store.holdings().end() ? nullptr : &*found;
}

bool has_failed(const trust::Store& store) {
  return std::ranges::any_of(store.holdings(),
                             [](const Holding& each) { return each.failure.has_value(); });
}

bool is_usable(const Holding& holding, Time now) {
  return !holding.entries.empty() && (!holding.stale_at || now < *holding.stale_at);
}

std::string versions_of(const Holding& holding) {
  std::string versions;
  for (const auto& entry : holding.entries) {
    if (!entry.version.empty() && versions.find(entry.version) == std::string::npos) {
      versions += (versions.empty() ? "" : " ") + entry.version;
    }
  }
  return versions;
}

}  // namespace

TrustHolder::TrustHolder(std::vector<StoreSource> sources, const Clock& clock, log::Logger& logger)
    : clock_(clock), logger_(logger), snapshot_(std::make_shared<const trust::Snapshot>()) {
  for (auto& source : sources) {
    shelves_.push_back(std::make_unique<Shelf>(std::move(source)));
  }
}

TrustHolder::~TrustHolder() = default;

const StoreSource& TrustHolder::at(std::size_t store) const { return shelves_.at(store)->store; }

void TrustHolder::refresh(Deadline deadline) {
  for (std::size_t store = 0; store < shelves_.size(); ++store) {
    refresh(store, deadline);
  }
}

bool TrustHolder::refresh(std::size_t store, Deadline deadline) {
  auto& shelf = *shelves_.at(store);
  const std::scoped_lock one_at_a_time(shelf.loading);
  const auto& source = shelf.store;
  auto found = source.source->load(deadline);
  const auto stores = snapshot()->stores();
  const auto known = stores.find(source.name);
  const auto before = known == stores.end() ? trust::Store() : known->second;
  auto after = merged(before, std::move(found),
                      {.type = source.name.type,
                       .content = source.source->content(),
                       .source = std::string(source.source->description()),
                       .max_stale = source.max_stale,
                       .now = clock_.now(),
                       .tick = clock_.tick()});
  tell(source, before, after);
  const bool complete = !has_failed(after);
  publish(source, std::move(after));
  return complete;
}

void TrustHolder::adopt(const trust::StoreName& name, const TrustHolder& from) {
  const auto theirs = from.snapshot();
  const auto known = theirs->stores().find(name);
  if (known == theirs->stores().end()) {
    return;
  }
  const std::scoped_lock lock(mutex_);
  auto stores = snapshot_->stores();
  stores[name] = known->second;
  const auto generation = std::max(snapshot_->generation(), theirs->generation()) + 1;
  snapshot_ = std::make_shared<const trust::Snapshot>(std::move(stores), generation);
}

bool TrustHolder::was_loaded(std::size_t store) const {
  const auto current = snapshot();
  const auto known = current->stores().find(at(store).name);
  return known != current->stores().end() &&
         std::ranges::any_of(known->second.holdings(),
                             [](const Holding& each) { return each.loaded_at.has_value(); });
}

// Ages move with every refresh; the generation only when somebody else is trusted.
void TrustHolder::publish(const StoreSource& source, trust::Store after) {
  const std::scoped_lock lock(mutex_);
  auto stores = snapshot_->stores();
  auto& store = stores[source.name];
  const auto generation = snapshot_->generation() + (same_certificates(store, after) ? 0 : 1);
  store = std::move(after);
  snapshot_ = std::make_shared<const trust::Snapshot>(std::move(stores), generation);
}

// What changed, and what fails: the latter at every try, as the tries get rarer.
void TrustHolder::tell(const StoreSource& source, const trust::Store& before,
                       const trust::Store& after) {
  const auto store = source.name.text();
  for (const auto& holding : after.holdings()) {
    if (holding.failure) {
      logger_.error("a trust store could not be loaded",
                    {{"store", store},
                     {"source", source.source->description()},
                     {"item", holding.name},
                     {"reason", wire_name(holding.failure->reason)},
                     {"detail", holding.failure->detail},
                     {"trusted", is_usable(holding, clock_.now())}});
      continue;
    }
    const auto* const last = find(before, holding.name);
    if (last == nullptr || versions_of(*last) != versions_of(holding) ||
        last->remark != holding.remark || last->failure) {
      logger_.info("a trust store was loaded", {{"store", store},
                                                {"item", holding.name},
                                                {"certificates", holding.entries.size()},
                                                {"versions", versions_of(holding)},
                                                {"remark", holding.remark}});
    }
  }
  for (const auto& last : before.holdings()) {
    if (find(after, last.name) == nullptr && !last.entries.empty()) {
      logger_.warning("a certificate is gone from a trust store",
                      {{"store", store}, {"item", last.name}});
    }
  }
}

std::shared_ptr<const trust::Snapshot> TrustHolder::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return snapshot_;
}

std::vector<std::string> TrustHolder::problems(Time now) const {
  std::vector<std::string> problems;
  const auto current = snapshot();
  for (const auto& shelf : shelves_) {
    const auto& name = shelf->store.name;
    if (const auto certificates = current->certificates(name, now); !certificates) {
      problems.push_back(certificates.error().detail);
      continue;
    }
    for (const auto& holding : current->stores().at(name).holdings()) {
      if (holding.need == trust::Item::Need::Required && !is_usable(holding, now)) {
        problems.push_back("trust store " + name.text() + ": " + holding.name +
                           " is required, and there is nothing to trust in it");
      }
    }
  }
  return problems;
}

}  // namespace countersign::admission
