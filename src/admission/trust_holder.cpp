// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/trust_holder.h"

#include <utility>

namespace countersign::admission {
namespace {

Result<std::vector<x509::Certificate>> load(const StoreSource& store, Deadline deadline) {
  TRY(auto certificates, store.source->load(deadline));
  TRY_VOID(trust::check_certificates(store.name.type, certificates));
  return certificates;
}

trust::Store loaded(const StoreSource& source, std::vector<x509::Certificate> certificates,
                    Time now) {
  trust::Store store{
      .certificates = std::move(certificates), .loaded_at = now, .stale_at = {}, .failure = {}};
  if (source.max_stale) {
    store.stale_at = now + *source.max_stale;
  }
  return store;
}

bool same_trust(const std::map<trust::StoreName, trust::Store>& one,
                const std::map<trust::StoreName, trust::Store>& other) {
  const auto same = [](const auto& left, const auto& right) {
    return left.first == right.first && left.second.certificates == right.second.certificates;
  };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), same);
}

}  // namespace

TrustHolder::TrustHolder(std::vector<StoreSource> sources, const Clock& clock, log::Logger& logger)
    : sources_(std::move(sources)),
      clock_(clock),
      logger_(logger),
      snapshot_(std::make_shared<const trust::Snapshot>()) {}

void TrustHolder::refresh(Deadline deadline) {
  const std::scoped_lock one_at_a_time(refreshing_);
  const auto before = snapshot();
  auto stores = before->stores();
  for (const auto& source : sources_) {
    auto certificates = load(source, deadline);
    if (certificates) {
      stores[source.name] = loaded(source, std::move(*certificates), clock_.now());
      continue;
    }
    const Error& error = certificates.error();
    logger_.error("a trust store could not be loaded", {{"store", source.name.text()},
                                                        {"source", source.source->description()},
                                                        {"reason", wire_name(error.reason)},
                                                        {"detail", error.detail}});
    auto& store = stores[source.name];
    if (store.certificates.empty()) {
      store.failure = error;
    }
  }
  // Ages move with every refresh; the generation only when somebody else is trusted.
  const auto generation = before->generation() + (same_trust(before->stores(), stores) ? 0 : 1);
  auto after = std::make_shared<const trust::Snapshot>(std::move(stores), generation);
  const std::scoped_lock lock(mutex_);
  snapshot_ = std::move(after);
}

std::shared_ptr<const trust::Snapshot> TrustHolder::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return snapshot_;
}

std::vector<std::string> TrustHolder::problems(Time now) const {
  std::vector<std::string> problems;
  const auto current = snapshot();
  for (const auto& source : sources_) {
    const auto certificates = current->certificates(source.name, now);
    if (certificates) {
      continue;
    }
    const auto store = current->stores().find(source.name);
    const bool never = store != current->stores().end() && store->second.failure.has_value();
    const Error& why = never ? *store->second.failure : certificates.error();
    problems.push_back("trust store \"" + source.name.text() + "\": " + why.detail);
  }
  return problems;
}

}  // namespace countersign::admission
