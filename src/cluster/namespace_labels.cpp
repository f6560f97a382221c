// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/namespace_labels.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"

namespace countersign::cluster {
namespace {

using Labels = NamespaceLabels::Labels;

struct Known {
  Labels labels;
  Tick fresh_until;
  Tick stale_until;
};

struct Flight {  // a request that others wait for, too
  std::optional<Result<Labels>> result = {};
};

Error unavailable(const Error& cause);
Result<Labels> read_labels(const codec::Json& name_space);
std::size_t weight_of(const Labels& labels);

}  // namespace

struct NamespaceLabels::State {
  ApiClient& api;
  const Clock& clock;
  std::mutex mutex = {};
  std::condition_variable landed = {};
  Lru<Known> known{limits::kNamespacesKeptBytes};
  std::map<std::string, std::shared_ptr<Flight>, std::less<>> flights = {};

  Result<Labels> of(const Resource& name_space, Deadline deadline);

 private:
  const Known* find(const Resource& name_space, Tick Known::* until);
  Result<Labels> fly(const Resource& name_space, std::unique_lock<std::mutex>& lock,
                     Deadline deadline);
  Result<Labels> ask(const Resource& name_space, Deadline deadline);
  Result<Labels> learn(const Resource& name_space, Result<Labels> result);
};

NamespaceLabels::NamespaceLabels(ApiClient& api, const Clock& clock)
    : state_(new State{api, clock}) {}

NamespaceLabels::~NamespaceLabels() = default;

Result<Labels> NamespaceLabels::of(std::string_view name_space, Deadline deadline) {
  const auto resource = Resource::parse(Resource::Kind::Namespace, name_space);
  if (!resource) {
    return std::unexpected(unavailable(resource.error()));
  }
  return state_->of(*resource, deadline);
}

// Who finds a request under way waits for it. One that ended because its own time was up says
// nothing about the namespace: then the next of those that wait asks.
Result<Labels> NamespaceLabels::State::of(const Resource& name_space, Deadline deadline) {
  std::unique_lock lock(mutex);
  while (true) {
    if (const auto* fresh = find(name_space, &Known::fresh_until)) {
      return fresh->labels;
    }
    if (!deadline.waits()) {
      return fail(Reason::NamespaceUnavailable,
                  "the labels of " + name_space.text() + " are not known");
    }
    const auto flying = flights.find(name_space.name());
    if (flying == flights.end()) {
      return fly(name_space, lock, deadline);
    }
    const auto flight = flying->second;
    landed.wait_for(lock, deadline.remaining(clock),
                    [&flight] { return flight->result.has_value(); });
    if (!flight->result) {
      return fail(Reason::NamespaceUnavailable,
                  "the labels of " + name_space.text() + " did not come in time");
    }
    if (*flight->result) {
      return *flight->result;
    }
    if (flight->result->error().reason != Reason::DeadlineExceeded || deadline.passed(clock)) {
      return std::unexpected(unavailable(flight->result->error()));
    }
  }
}

const Known* NamespaceLabels::State::find(const Resource& name_space, Tick Known::* until) {
  const auto* kept = known.find(name_space.name());
  return kept != nullptr && clock.tick() < kept->*until ? kept : nullptr;
}

Result<Labels> NamespaceLabels::State::fly(const Resource& name_space,
                                           std::unique_lock<std::mutex>& lock, Deadline deadline) {
  const auto flight = std::make_shared<Flight>();
  flights[name_space.name()] = flight;
  const bool stale = find(name_space, &Known::stale_until) != nullptr;
  lock.unlock();
  auto answer =
      ask(name_space,
          stale ? deadline.sooner(Deadline::after(clock, limits::kNamespaceStaleWait)) : deadline);
  lock.lock();
  flight->result = learn(name_space, std::move(answer));
  flights.erase(name_space.name());
  landed.notify_all();
  if (*flight->result) {
    return *flight->result;
  }
  return std::unexpected(unavailable(flight->result->error()));
}

Result<Labels> NamespaceLabels::State::ask(const Resource& name_space, Deadline deadline) {
  TRY(const auto object, std::move(api.get({&name_space, 1}, deadline).front()));
  if (!object) {
    return fail(Reason::NamespaceUnavailable, "there is no " + name_space.text());
  }
  return read_labels(*object);
}

// Under the lock. What was asked for and is not there is no longer known, either; only a server
// that can't be asked leaves the old labels in force.
Result<Labels> NamespaceLabels::State::learn(const Resource& name_space, Result<Labels> result) {
  const auto now = clock.tick();
  const auto& name = name_space.name();
  if (result) {
    known.put(name, {*result, now + limits::kNamespaceLife, now + limits::kNamespaceStale},
              weight_of(*result));
    return result;
  }
  if (result.error().reason == Reason::NamespaceUnavailable) {
    known.erase(name);
    return result;
  }
  auto* const kept = known.find(name);
  if (kept == nullptr || now >= kept->stale_until) {
    return result;
  }
  kept->fresh_until = std::min(now + limits::kNamespaceRetry, kept->stale_until);
  return kept->labels;
}

namespace {

Error unavailable(const Error& cause) { return {Reason::NamespaceUnavailable, cause.detail}; }

Result<Labels> read_labels(const codec::Json& name_space) {
  Labels labels;
  const auto* metadata = name_space.find("metadata");
  const auto* members = metadata == nullptr ? nullptr : metadata->find("labels");
  if (members == nullptr || members->is_null()) {
    return labels;
  }
  if (!members->is_object() || members->members().size() > limits::kNamespaceLabels) {
    return fail(Reason::CredentialsUnavailable,
                "the namespace's labels are not as Kubernetes would store them");
  }
  for (const auto& [name, value] : members->members()) {
    if (value.string() == nullptr) {
      return fail(Reason::CredentialsUnavailable, "a label of the namespace is no text");
    }
    labels.emplace(name, *value.string());
  }
  return labels;
}

std::size_t weight_of(const Labels& labels) {
  auto weight = limits::kKeptObjectBytes;
  for (const auto& [name, value] : labels) {
    weight += sizeof(std::string) * 2 + name.size() + value.size();
  }
  return weight;
}

}  // namespace
}  // namespace countersign::cluster
