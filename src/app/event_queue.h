// SPDX-License-Identifier: Apache-2.0
// Which events are written, and when: few, however many denials there are.
//
// The first of its kind is written at once. Equal ones that follow within limits::kEventTogether
// are counted, and are one more event when that time is over. What exceeds the rate or the room is
// lost, and counted.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/cluster/event.h"

namespace countersign::app {

struct Moment {  // the two clocks, read once
  Time now;
  Tick tick;
};

class EventQueue {  // not thread-safe
 public:
  explicit EventQueue(std::size_t per_minute) : per_minute_(per_minute) {}

  // Its name, times and count are set here. `name` is unique.
  void add(cluster::Event, std::string name, const Moment&);
  // The events to be written now.
  std::vector<cluster::Event> take(const Moment&);
  // When take() may have something; nullopt: not before the next add().
  std::optional<Tick> next() const;

  std::size_t lost() const { return lost_; }

 private:
  // Not the message, which names the request.
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  struct Group {  // of equal ones; count 0: nothing came after the first
    cluster::Event event;
    Tick until;
  };
  static Key key_of(const cluster::Event&);
  void end(std::map<Key, Group>::iterator group);
  bool spend(Tick tick);

  std::size_t per_minute_;
  std::size_t lost_ = 0;
  std::vector<Tick> spent_;  // when events were taken, within the last minute
  std::vector<cluster::Event> due_;
  std::map<Key, Group> groups_;
};

}  // namespace countersign::app
