// SPDX-License-Identifier: Apache-2.0
// What one connection says, wants next, and how long it may take: all of HTTP that needs no socket,
// no timer and no thread. A Session carries out the steps.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/clock.h"
#include "countersign/server/front.h"

#include "server/client_check.h"
#include "server/request_reader.h"

namespace countersign::server {

struct Refusal {
  int status = 500;
  std::string_view allow = {};  // the methods that a 405 names
};

// What a listener offers. Called on the threads of the listener.
class Site {
 public:
  // May be called once, from any thread, also after the connection has gone. The request's share of
  // the budget is given back when the last copy has gone.
  using Respond = std::function<void(HttpReply)>;
  using Wanted = std::function<bool()>;  // whether somebody still waits; from any thread

  virtual ~Site() = default;
  virtual std::optional<Refusal> refuse(const RequestHead& head) const = 0;      // before the body
  virtual void answer(HttpRequest request, Respond respond, Wanted wanted) = 0;  // does not block
  virtual void rejected(int status) = 0;                          // an HTTP error was answered
  virtual void client_refused(const RefusedClient& refused) = 0;  // for its certificate
};

// The memory that all bodies of a listener share.
class Budget {
 public:
  explicit Budget(std::size_t bytes) : left_(bytes) {}
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { left_ += bytes; }

 private:
  std::atomic<std::size_t> left_;
};

// What one body takes of it, for as long as it is somewhere.
class Hold {
 public:
  explicit Hold(Budget& budget) : budget_(&budget) {}
  Hold(Hold&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  Hold& operator=(Hold&&) = delete;
  ~Hold() { release(); }

  bool grow_to(std::size_t bytes);  // false: the budget has no more
  void release() { budget_->give_back(std::exchange(bytes_, 0)); }

 private:
  Budget* budget_;
  std::size_t bytes_ = 0;
};

struct Step {
  enum class Do : std::uint8_t {
    Close,   // at once
    Finish,  // say goodbye, read on for a while, close
    Read,    // some bytes, then received()
    Write,   // all of output(), then written()
    Work,    // take_request() is to be answered, then replied()
  };
  Do what = Do::Close;
  std::optional<std::chrono::milliseconds> limit = {};  // of the new phase; empty: the old goes on
};

class Conversation {
 public:
  struct Terms {
    Site& site;
    const Phases& phases;
    const Bounds& bounds;
    Budget& budget;
    const Clock& clock;
  };

  explicit Conversation(const Terms& terms);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  Step opened();
  Step received(std::string_view bytes);
  Step written();
  Step replied(const HttpReply& reply);
  Step overdue();  // the limit has passed
  // No request after the current one; what goes on goes on. Returns the limit if it becomes
  // another.
  std::optional<std::chrono::milliseconds> drain();

  std::string_view output() const { return output_; }
  HttpRequest take_request();
  Hold take_hold() { return std::move(held_); }  // of that request

 private:
  enum class Stage : std::uint8_t { Opening, Idle, Header, Body, Continue, Work, Reply, Last };

  Step follow(RequestReader::Progress progress);
  Step judge_head();
  Step await_body();
  Step send(const HttpReply& reply, std::string_view allow);
  Step refuse(Refusal refusal);
  Step await_request();
  const Terms& terms_;
  RequestReader reader_;
  Stage stage_ = Stage::Opening;
  bool draining_ = false;
  bool last_reply_ = false;
  Tick first_byte_ = {};
  Hold held_;
  std::string output_;
};

}  // namespace countersign::server
