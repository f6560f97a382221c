// SPDX-License-Identifier: Apache-2.0
#include "app/event_queue.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::app {

EventQueue::Key EventQueue::key_of(const cluster::Event& event) {
  return {event.name_space, event.object.kind, event.object.name, event.reason};
}

void EventQueue::add(cluster::Event event, std::string name, const Moment& moment) {
  event.name = std::move(name);
  event.first = event.last = moment.now;
  event.count = 1;
  const auto group = groups_.find(key_of(event));
  if (group != groups_.end() && group->second.until <= moment.tick) {
    end(group);
  } else if (group != groups_.end()) {
    auto& all = group->second.event;
    all.first = all.count == 0 ? moment.now : all.first;
    all.last = moment.now;
    ++all.count;
    all.name = std::move(event.name);
    all.message = std::move(event.message);
    return;
  }
  if (groups_.size() + due_.size() >= limits::kEventsWaiting) {
    ++lost_;
    return;
  }
  auto none = event;
  none.count = 0;
  groups_.emplace(key_of(event), Group{std::move(none), moment.tick + limits::kEventTogether});
  due_.push_back(std::move(event));
}

std::vector<cluster::Event> EventQueue::take(const Moment& moment) {
  for (auto group = groups_.begin(); group != groups_.end();) {
    const auto each = group++;
    if (each->second.until <= moment.tick) {
      end(each);
    }
  }
  std::vector<cluster::Event> taken;
  for (auto& event : std::exchange(due_, {})) {
    if (spend(moment.tick)) {
      taken.push_back(std::move(event));
    } else {
      lost_ += event.count;
    }
  }
  return taken;
}

std::optional<Tick> EventQueue::next() const {
  if (!due_.empty()) {
    return Tick::min();
  }
  std::optional<Tick> soonest;
  for (const auto& [key, group] : groups_) {
    soonest = std::min(soonest.value_or(group.until), group.until);
  }
  return soonest;
}

void EventQueue::end(std::map<Key, Group>::iterator group) {
  if (group->second.event.count > 0) {
    due_.push_back(std::move(group->second.event));
  }
  groups_.erase(group);
}

bool EventQueue::spend(Tick tick) {
  std::erase_if(spent_, [tick](Tick each) { return each + std::chrono::minutes(1) <= tick; });
  if (spent_.size() >= per_minute_) {
    return false;
  }
  spent_.push_back(tick);
  return true;
}

}  // namespace countersign::app
