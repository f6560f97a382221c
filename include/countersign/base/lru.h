// SPDX-License-Identifier: Apache-2.0
// A bounded map: what was used least lately makes room. Not thread-safe.
#pragma once
#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace countersign {

template <class Value>
class Lru {
 public:
  struct Entry {
    std::string key;
    Value value;
    std::size_t weight;
  };

  explicit Lru(std::size_t room) : room_(room) {}

  // Null, or good until the next change. A use.
  Value* find(std::string_view key) {
    const auto place = places_.find(key);
    if (place == places_.end()) {
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, place->second);
    return &place->second->value;
  }

  // Replaces what has the key. What is heavier than all the room is not kept.
  void put(const std::string& key, Value value, std::size_t weight = 1) {
    erase(key);
    if (weight > room_) {
      return;
    }
    while (room_ - weight_ < weight) {
      remove(std::prev(entries_.end()));
    }
    entries_.push_front({key, std::move(value), weight});
    weight_ += weight;
    places_.emplace(entries_.front().key, entries_.begin());
  }

  void erase(std::string_view key) {
    if (const auto place = places_.find(key); place != places_.end()) {
      remove(place->second);
    }
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t weight() const { return weight_; }
  const std::list<Entry>& entries() const { return entries_; }  // used last, first

 private:
  using Place = typename std::list<Entry>::iterator;

  void remove(Place place) {
    weight_ -= place->weight;
    places_.erase(place->key);
    entries_.erase(place);
  }

  std::size_t room_;
  std::size_t weight_ = 0;
  std::list<Entry> entries_;
  std::unordered_map<std::string_view, Place> places_;  // by the keys of the entries
};

}  // namespace countersign
