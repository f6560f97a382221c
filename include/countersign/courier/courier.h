// SPDX-License-Identifier: Apache-2.0
// An HttpTransport that knows how hosts fail: it tries again while that makes sense, waits where it
// is told to, and leaves a host alone that does not answer.
//
// For each host (scheme, name and port):
//  - A GET that failed below HTTP or was answered 408, 429, 500, 502, 503 or 504 is sent again,
//    after a random pause whose bound grows, or as long as Retry-After says; not after the
//    deadline's last try, and only while the host's retry budget lasts (limits::kRetryBudget...),
//    so that a storm does not feed itself. A POST is never sent again.
//  - After a 429 or 503 that names a time nobody asks that host before it: who can wait waits, who
//    can't gets RegistryThrottled at once.
//  - An exchange that takes longer than limits::kExchangeWait (a PUT: its own wait) has failed.
//  - After limits::kBreakerFailures failures in a row the host is left alone for a while
//    (RegistryUnavailable at once), then one exchange tries whether it is back. A failure is no
//    answer in a fair time, 408, 502, 503 or 504; a batch counts once. Any other answer is a sign
//    of life: a 404 or 500 is about what was asked for, which its pusher chose.
//  - While limits::kSilentCallers callers wait for a host that has not answered anybody for
//    limits::kHostSilence, no more are let through (RegistryUnavailable at once).
// Every attempt is told to the Observer. The last answer or error is the result.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"

namespace countersign::courier {

struct Exchange {         // one attempt
  std::string_view host;  // "ghcr.io", "host:5000"
  std::string_view kind;  // of the request
  int status = 0;         // 0: none; then `failure` says why
  Reason failure = Reason::Internal;
  bool again = false;               // not the first attempt
  std::chrono::nanoseconds took{};  // until the whole batch was answered
  std::size_t bytes = 0;            // of the body
};

class Observer {  // thread-safe, fast: called by whoever waits for the answer
 public:
  virtual ~Observer() = default;
  virtual void exchanged(const Exchange&) = 0;
  enum class Breaker : std::uint8_t { Open, Trying, Closed };
  virtual void breaker(std::string_view host, Breaker) = 0;
  // A Warning header's text, cleaned, each text once (RFC 9111, section 5.5; OCI distribution).
  virtual void warned(std::string_view host, std::string_view text) = 0;
  // Docker Hub's `ratelimit-remaining`.
  virtual void pulls_left(std::string_view host, std::size_t count) = 0;
};

class SilentObserver final : public Observer {  // for commands: nobody reads counters of theirs
 public:
  void exchanged(const Exchange&) override {}
  void breaker(std::string_view, Breaker) override {}
  void warned(std::string_view, std::string_view) override {}
  void pulls_left(std::string_view, std::size_t) override {}
};

class Patience {  // time that passes, and chance; a test's own, else make_patience()
 public:
  virtual ~Patience() = default;
  // False: it was woken by end(), now or earlier.
  virtual bool wait(std::chrono::milliseconds) = 0;
  virtual double chance() = 0;  // 0 to 1, evenly
  virtual void end() = 0;
};
std::unique_ptr<Patience> make_patience();

class Courier final : public net::HttpTransport {  // thread-safe
 public:
  // All borrowed; outlive it.
  Courier(net::HttpTransport&, Patience&, Observer&, const Clock&);
  ~Courier() override;

  std::vector<Result<net::Response>> send_all(std::span<const net::Request>, Deadline) override;
  void close() override;  // the transport behind it, too

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::courier
