// SPDX-License-Identifier: Apache-2.0
#include "app/denial_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "countersign/codec/base64.h"
#include "countersign/crypto/random.h"

namespace countersign::app {
namespace {

using cluster::Written;

constexpr std::string_view kAction = "ImageDenied";
constexpr std::size_t kNameBytes = 8;  // random ones: two events of one name are one lost

std::string new_name() {
  return "countersign-" + codec::encode_hex(crypto::random_bytes(kNameBytes));
}

// "pods/ephemeralcontainers" is about a pod, too. Nothing else is judged with a verdict.
bool is_pod(std::string_view resource) {
  return resource == "pods" || resource.starts_with("pods/");
}

}  // namespace

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

Result<std::unique_ptr<DenialEvents>> DenialEvents::create(const EventSetup& setup,
                                                           ClusterAccess& access,
                                                           const Clock& clock,
                                                           log::Logger& logger) {
  TRY(auto* const client, access.client());
  return std::unique_ptr<DenialEvents>(new DenialEvents(setup, *client, clock, logger));
}

DenialEvents::DenialEvents(const EventSetup& setup, cluster::ApiClient& api, const Clock& clock,
                           log::Logger& logger)
    : api_(api),
      clock_(clock),
      logger_(logger),
      queue_(setup.per_minute),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

DenialEvents::~DenialEvents() = default;

void DenialEvents::denied(const kube::Review& review, const kube::Answer& answer, Reason reason,
                          const std::optional<cluster::Involved>& owner) {
  if (answer.allowed || review.dry_run || review.name_space.empty()) {
    return;
  }
  if (!owner && !is_pod(review.resource)) {
    return;
  }
  cluster::Event event;
  event.name_space = review.name_space;
  event.object = owner.value_or(cluster::Involved{"v1", "Pod", review.name});
  event.reason = wire_name(reason);
  event.action = kAction;
  event.message = first_line(answer.message);
  auto name = new_name();
  const std::scoped_lock lock(mutex_);
  queue_.add(std::move(event), std::move(name), {clock_.now(), clock_.tick()});
  changed_.notify_all();
}

DenialEvents::Counters DenialEvents::counters() const {
  const std::scoped_lock lock(mutex_);
  auto counters = counters_;
  counters.lost = queue_.lost();
  return counters;
}

void DenialEvents::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto events = queue_.take({clock_.now(), clock_.tick()});
    lock.unlock();
    for (const auto& event : events) {
      if (!stop.stop_requested()) {
        write(event);
      }
    }
    lock.lock();
    tell();
    const auto next = queue_.next();
    const auto pause = next ? std::chrono::duration_cast<std::chrono::milliseconds>(
                                  std::max(*next, clock_.tick()) - clock_.tick())
                            : limits::kEventTogether;
    if (!next || *next > clock_.tick()) {
      changed_.wait_for(lock, stop, pause + std::chrono::milliseconds(1),
                        [this, next] { return queue_.next() != next; });
    }
  }
}

void DenialEvents::write(const cluster::Event& event) {
  const auto resource = cluster::resource_of(event);
  auto written = resource ? api_.create(*resource, cluster::render_event(event),
                                        Deadline::after(clock_, limits::kEventWait))
                          : Result<Written>(std::unexpected(resource.error()));
  const std::scoped_lock lock(mutex_);
  if (written && written->outcome == Written::Outcome::Done) {
    ++counters_.written;
    return;
  }
  ++counters_.failed;
  trouble_ = written ? "the API server takes no event with this name" : written.error().detail;
}

// Under the lock. Rarely: who floods us with denials must not flood the log.
void DenialEvents::tell() {
  const auto failed = counters_.failed + queue_.lost();
  if (failed == told_ || (told_at_ && clock_.tick() < *told_at_ + limits::kEventTroubleEvery)) {
    return;
  }
  logger_.warning("events were not written",
                  {{"failed", counters_.failed}, {"lost", queue_.lost()}, {"detail", trouble_}});
  told_ = failed;
  told_at_ = clock_.tick();
}

}  // namespace countersign::app
