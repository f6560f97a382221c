// SPDX-License-Identifier: Apache-2.0
// One connection on one event loop: waits for the socket and the clock on behalf of a Conversation.
// Includes Asio: for session.cpp, listener.cpp and the test of this file.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "countersign/base/limits.h"

#include "server/conversation.h"
#include "server/ledger.h"
#include "server/stream.h"

namespace countersign::server {

// What the sessions of a listener share; outlives them.
struct Hall {
  Hall(Site& site, const Phases& longest, const Bounds& most, const Clock& clock)
      : phases(longest),
        bounds(most),
        budget(most.held_bytes),
        terms{site, phases, bounds, budget, clock} {}

  const Phases phases;
  const Bounds bounds;
  Budget budget;
  const Conversation::Terms terms;
  Ledger ledger;
};

class Session;

// One thread's share of the connections; touched by this thread only.
struct Loop : std::enable_shared_from_this<Loop> {
  explicit Loop(std::shared_ptr<Hall> shared, std::vector<std::shared_ptr<Loop>> others = {})
      : hall(std::move(shared)), accepts_for(std::move(others)) {}

  const std::shared_ptr<Hall> hall;
  // An accept that was given up holds a socket of one of these.
  const std::vector<std::shared_ptr<Loop>> accepts_for;
  std::array<char, limits::kReadBytes> scratch{};  // for one read, by whichever session runs
  bool draining = false;
  boost::asio::io_context context{1};
  boost::asio::steady_timer look{context};  // whether callers still wait
  bool looking = false;
  std::unordered_set<std::shared_ptr<Session>> sessions;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Loop& loop, boost::asio::ip::tcp::socket socket, SslPtr tls, Ledger::Seat seat);

  void start();  // joins the loop's sessions and leaves them when it ends
  void drain();
  void close();
  bool look();  // ends when its caller has left; whether it still waits for an answer

 private:
  using Code = boost::system::error_code;
  using Waited = void (Session::*)();
  struct Waiter;
  struct Asked;

  void handshake();
  void refuse_handshake();
  void run(Step step);
  void let_others_run(const Step& step);
  bool read_some(Step& step);
  void await_input(const Step& step);
  bool write_all();
  void resume_read() { run({Step::Do::Read}); }
  void resume_write() { run({Step::Do::Write}); }
  void ask_site();
  void finish();
  void linger();

  bool wait_for(Stream::State state, Waited then);
  void set_limit(std::chrono::milliseconds limit);
  void arm_timer(std::chrono::milliseconds wait);
  void on_timer();

  Loop& loop_;
  Ledger::Seat seat_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Stream stream_;
  Conversation conversation_;
  std::size_t written_ = 0;        // of the conversation's output
  std::size_t lingered_ = 0;       // bytes dropped after the goodbye
  std::uint64_t wait_number_ = 0;  // a wait that was given up may still report
  bool is_open_ = true;
  bool is_asking_ = false;  // the site
  // For whom it asks, in threads that must not hold the session.
  const std::shared_ptr<std::atomic<bool>> is_here_ = std::make_shared<std::atomic<bool>>(true);
  bool shaking_hands_ = true;
  Tick deadline_ = Tick::max();
  Tick timer_at_ = Tick::max();  // when the timer fires; may be sooner than the deadline
};

}  // namespace countersign::server
