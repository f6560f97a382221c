// SPDX-License-Identifier: Apache-2.0
// Facts of one kind: what is known, and who is finding out what is not.
//
// Whoever asks for what nobody knows and nobody looks for gets a seat: he owes an outcome to all
// who ask meanwhile, and pays it in whatever way his seat ends. Nobody waits for a seat's owner,
// only for its outcome, and that with his own deadline.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/base/result.h"
#include "countersign/registry/facts.h"

namespace countersign::registry {

template <class Value>
class Memory {  // thread-safe
  struct Flight;
  struct Place;

 public:
  struct Room {  // bytes
    std::size_t facts;
    std::size_t absences;
  };
  struct Nature {
    std::size_t (*bytes)(const Value&);  // that it holds beside itself
    bool (*empty)(const Value&);         // is it an absence, like a list of nothing?
  };
  struct Question {
    std::string fact;        // a value is remembered for all who ask for the same
    std::string_view asker;  // looks and absences are shared only with the same asker; empty where
                             // `fact` names him, too
    std::optional<std::chrono::seconds> life;  // what was begun to be looked for earlier is no
                                               // answer; nullopt: always is
  };

  class Seat {
   public:
    Seat(Seat&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)),
          flight_(std::move(other.flight_)),
          question_(other.question_) {}
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    Seat& operator=(Seat&&) = delete;
    ~Seat() {
      if (memory_ != nullptr) {  // who had it threw; the text is short, so that this can't throw
        land(Error{Reason::Internal, "no outcome"});
      }
    }

    std::size_t question() const { return question_; }    // of those that were asked together
    Deadline deadline() const { return flight_->until; }  // of the look
    void land(Error error) { land(Result<Value>(std::unexpected(std::move(error)))); }
    void land(Result<Value> outcome) {
      std::exchange(memory_, nullptr)->land(*flight_, std::move(outcome));
    }

   private:
    friend class Memory;
    Seat(Memory& memory, std::shared_ptr<Flight> flight, std::size_t question)
        : memory_(&memory), flight_(std::move(flight)), question_(question) {}
    Memory* memory_;
    std::shared_ptr<Flight> flight_;
    std::size_t question_;
  };
  // Starts one look for all of these, at least one, and does not wait for it.
  using Begin = std::function<void(std::vector<Seat>)>;

  Memory(const Clock& clock, Room room, Nature nature)
      : clock_(clock), nature_(nature), facts_(room.facts), absences_(room.absences) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // In order. What is neither known nor looked for goes to `begin`, at once.
  std::vector<Result<Value>> get(std::span<const Question> questions, Deadline deadline,
                                 const Begin& begin);
  // As get(), for who does not want the answer yet.
  void expect(const Question& question, Deadline deadline, const Begin& begin);
  // The fact, which names its asker, has changed: what is known of it, and what is being found out
  // now, is no answer any more.
  void forget(const std::string& fact);
  // What was found on the way to something else.
  void learn(const std::string& fact, Value value);

  Facts::Counters counters() const;

 private:
  struct Kept {
    Result<Value> outcome;
    Tick since;
  };

  std::vector<Seat> seek(std::span<const Question>, std::span<Place>, Deadline);
  std::optional<Seat> ask(const Question&, std::size_t number, Place&, Deadline);
  std::optional<Result<Value>> wait(const Place&, Deadline);
  void land(Flight&, Result<Value>);
  void keep(const Flight&);
  void put(Lru<Kept>&, const std::string& key, const Result<Value>&, Tick since);

  const Clock& clock_;
  const Nature nature_;
  mutable std::mutex mutex_;
  Lru<Kept> facts_;
  Lru<Kept> absences_;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;  // by asker and fact
  std::atomic<std::size_t> looks_ = 0, hits_ = 0, shared_ = 0;
};

template <class Value>
struct Memory<Value>::Flight {
  std::string key;  // of asker and fact
  std::string fact;
  Tick since;
  Deadline until;
  std::optional<Result<Value>> outcome = std::nullopt;
  std::condition_variable landed = {};
  bool outdated = false;
};

template <class Value>
struct Memory<Value>::Place {  // where the answer to a question is to be had
  std::optional<Result<Value>> answer;
  std::shared_ptr<Flight> flight;  // null beside no answer: there is no time left for a look
};

template <class Value>
std::vector<Result<Value>> Memory<Value>::get(std::span<const Question> questions,
                                              Deadline deadline, const Begin& begin) {
  const auto open = [](const Place& place) { return !place.answer.has_value(); };
  std::vector<Place> places(questions.size());
  while (std::ranges::any_of(places, open)) {
    if (auto seats = seek(questions, places, deadline); !seats.empty()) {
      begin(std::move(seats));
    }
    for (auto& place : places) {
      if (open(place)) {
        place.answer = wait(place, deadline);
      }
    }
  }
  std::vector<Result<Value>> answers;
  answers.reserve(places.size());
  for (auto& place : places) {
    answers.push_back(std::move(*place.answer));
  }
  return answers;
}

template <class Value>
void Memory<Value>::expect(const Question& question, Deadline deadline, const Begin& begin) {
  Place place;
  if (auto seat = ask(question, 0, place, deadline)) {
    ++looks_;
    std::vector<Seat> seats;
    seats.push_back(std::move(*seat));
    begin(std::move(seats));
  }
}

template <class Value>
void Memory<Value>::learn(const std::string& fact, Value value) {
  const auto now = clock_.tick();
  const std::scoped_lock lock(mutex_);
  put(facts_, fact, std::move(value), now);
}

template <class Value>
void Memory<Value>::forget(const std::string& fact) {
  const std::scoped_lock lock(mutex_);
  facts_.erase(fact);
  std::erase_if(flights_, [&](const auto& each) {
    auto& flight = *each.second;
    flight.outdated = flight.outdated || flight.fact == fact;
    return flight.fact == fact;
  });
  absences_.erase(fact);
}

template <class Value>
std::vector<typename Memory<Value>::Seat> Memory<Value>::seek(std::span<const Question> questions,
                                                              std::span<Place> places,
                                                              Deadline deadline) {
  std::vector<Seat> seats;
  for (std::size_t number = 0; number < places.size(); ++number) {
    auto& place = places[number];
    if (place.answer) {
      continue;
    }
    if (auto seat = ask(questions[number], number, place, deadline)) {
      ++looks_;
      seats.push_back(std::move(*seat));
    } else if (place.flight) {
      ++shared_;
    } else if (place.answer) {
      ++hits_;
    }
  }
  return seats;
}

// One lock for all three questions: known, looked for, mine? Between two, a look could land.
template <class Value>
std::optional<typename Memory<Value>::Seat> Memory<Value>::ask(const Question& question,
                                                               std::size_t number, Place& place,
                                                               Deadline deadline) {
  const auto now = clock_.tick();
  const auto counts = [&](Tick since) { return !question.life || now - since < *question.life; };
  const std::scoped_lock lock(mutex_);
  if (const auto* known = facts_.find(question.fact); known != nullptr && counts(known->since)) {
    place.answer = known->outcome;
    return std::nullopt;
  }
  const auto key = std::string(question.asker) + question.fact;
  if (const auto* absence = absences_.find(key);
      absence != nullptr && counts(absence->since) && now - absence->since < limits::kAbsenceLife) {
    place.answer = absence->outcome;
    return std::nullopt;
  }
  if (const auto found = flights_.find(key);
      found != flights_.end() && counts(found->second->since)) {
    place.flight = found->second;
    return std::nullopt;
  }
  place.flight = nullptr;
  if (deadline.passed(clock_)) {
    return std::nullopt;
  }
  const auto until = Deadline::at(std::max(deadline.when(), now + limits::kLookWait))
                         .trying_until(deadline.when() - limits::kAnswerReserve);
  place.flight = std::make_shared<Flight>(key, question.fact, now, until);
  flights_.insert_or_assign(key, place.flight);
  return Seat(*this, place.flight, number);
}

// Nothing when the look ran out of its time and there is some left to begin another.
template <class Value>
std::optional<Result<Value>> Memory<Value>::wait(const Place& place, Deadline deadline) {
  const auto& flight = place.flight;
  std::unique_lock lock(mutex_);
  if (!flight || !flight->landed.wait_for(lock, deadline.remaining(clock_),
                                          [&flight] { return flight->outcome.has_value(); })) {
    return fail(Reason::DeadlineExceeded, "the registry did not answer within the time");
  }
  const auto& outcome = *flight->outcome;
  const bool late = !outcome && outcome.error().reason == Reason::DeadlineExceeded &&
                    flight->until.passed(clock_);
  return late && !deadline.passed(clock_) ? std::nullopt : std::optional(outcome);
}

template <class Value>
void Memory<Value>::land(Flight& flight, Result<Value> outcome) {
  // Last of all, whatever happens, and without the lock, which those who are woken want next.
  struct Announcement {
    std::condition_variable& landed;
    ~Announcement() { landed.notify_all(); }
  };
  const Announcement announcement{flight.landed};
  const std::scoped_lock lock(mutex_);
  // A look that took too long to count may have been overtaken by another.
  if (const auto found = flights_.find(flight.key);
      found != flights_.end() && found->second.get() == &flight) {
    flights_.erase(found);
  }
  flight.outcome = std::move(outcome);
  if (!flight.outdated) {
    keep(flight);  // the last: it could throw
  }
}

template <class Value>
void Memory<Value>::keep(const Flight& flight) {
  const auto& outcome = *flight.outcome;
  const bool absence = outcome ? nature_.empty(*outcome)
                               : outcome.error().reason == Reason::ImageNotFound ||
                                     outcome.error().reason == Reason::RegistryAuth;
  if (absence) {
    facts_.erase(flight.fact);
    put(absences_, flight.key, outcome, flight.since);
  } else if (outcome) {
    put(facts_, flight.fact, outcome, flight.since);
  }
}

template <class Value>
void Memory<Value>::put(Lru<Kept>& lru, const std::string& key, const Result<Value>& outcome,
                        Tick since) {
  // Of a list's and a map's node, beside what they hold.
  static constexpr std::size_t kNodeBytes = 96;
  const auto held = outcome ? nature_.bytes(*outcome) : outcome.error().detail.capacity();
  lru.put(key, Kept{outcome, since},
          sizeof(typename Lru<Kept>::Entry) + kNodeBytes + key.capacity() + held);
}

template <class Value>
Facts::Counters Memory<Value>::counters() const {
  const std::scoped_lock lock(mutex_);
  return {.looks = looks_,
          .hits = hits_,
          .shared = shared_,
          .bytes = facts_.weight() + absences_.weight()};
}

}  // namespace countersign::registry
