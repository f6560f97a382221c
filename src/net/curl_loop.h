// SPDX-License-Identifier: Apache-2.0
// One thread that moves all transfers, and the place where callers wait for theirs.
#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include <curl/curl.h>

#include "net/curl_handle.h"

namespace countersign::net {

class Batch {  // the results of one send_all, filled in by the loop
 public:
  explicit Batch(std::size_t count) : results_(count), missing_(count) {}

  void settle(std::size_t index, Result<Response> result);
  // True when all results are there; false after `most`.
  bool wait(std::chrono::milliseconds most);
  // In order; DeadlineExceeded where none is there. What is settled later is dropped.
  std::vector<Result<Response>> take();

 private:
  std::mutex mutex_;
  std::condition_variable complete_;
  std::vector<std::optional<Result<Response>>> results_;
  std::size_t missing_;
};

struct Order {
  std::shared_ptr<Batch> batch;
  std::size_t index = 0;
  std::unique_ptr<Transfer> transfer;
};

class CurlLoop {
 public:
  // At most so many connections to one host.
  [[nodiscard]] static Result<std::unique_ptr<CurlLoop>> start(std::size_t connections);
  ~CurlLoop();  // closes, then joins
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  void submit(std::vector<Order> orders);
  void cancel(std::shared_ptr<Batch> batch);  // nobody waits for it any more
  void close();                               // what still runs, and what comes, is Overloaded

 private:
  struct MultiCleanup {
    void operator()(CURLM* multi) const noexcept;
  };
  struct Inbox {  // what the callers want
    std::vector<Order> submitted;
    std::vector<std::shared_ptr<Batch>> cancelled;
    bool closed = false;
    bool stop = false;
    bool awaits_reader = false;  // a wakeup is under way
  };

  explicit CurlLoop(CURLM* multi);
  // Whoever has put something into the inbox, with the mutex, and then wakes, without it: only the
  // first does until the loop has read.
  bool must_wake();
  void wake();
  void run();
  bool read_inbox();
  void begin(Order order);
  void give_up(const Batch& batch);
  void give_up_all(Reason reason, const char* why);
  void collect();
  std::chrono::milliseconds longest_wait() const;

  std::unique_ptr<CURLM, MultiCleanup> multi_;
  std::mutex mutex_;
  Inbox inbox_;
  std::unordered_map<CURL*, Order> running_;  // the loop's own
  std::thread thread_;
};

}  // namespace countersign::net
