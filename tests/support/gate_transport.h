// SPDX-License-Identifier: Apache-2.0
// A thread-safe transport that answers from a function, and, while the gate is shut, holds every
// exchange until the test lets it go: what waits together is one round trip.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/net/http_transport.h"

namespace countersign::test {

class GateTransport final : public net::HttpTransport {
 public:
  using Answer = std::function<Result<net::Response>(const net::Request&)>;

  // Called for one exchange at a time.
  explicit GateTransport(Answer answer) : answer_(std::move(answer)) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::unique_lock lock(mutex_);
    for (const auto& request : requests) {
      urls_.push_back(request.url);
    }
    held_ += requests.size();
    changed_.notify_all();
    const auto gate = gate_;
    changed_.wait(lock, [&] { return !shut_ || closed_ || gate_ != gate; });
    held_ -= gate_ == gate ? requests.size() : 0;
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      results.push_back(closed_ ? fail(Reason::Overloaded, "closed") : answer_(request));
    }
    return results;
  }

  void close() override { set(closed_, true); }

  void shut() { set(shut_, true); }
  void open() { set(shut_, false); }
  // Waits until exactly so many exchanges wait, and lets them go.
  void let_go(std::size_t count) {
    await(count);
    const std::scoped_lock lock(mutex_);
    ++gate_;
    held_ = 0;
    changed_.notify_all();
  }
  // A test that is right waits for microseconds; one that is wrong fails instead of hanging.
  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::minutes(1), [&] { return held_ == count; })) {
      ADD_FAILURE() << held_ << " exchanges wait, not " << count;
    }
  }

  std::vector<std::string> urls() const {
    const std::scoped_lock lock(mutex_);
    return urls_;
  }
  std::size_t requests() const { return urls().size(); }

 private:
  void set(bool& flag, bool value) {
    const std::scoped_lock lock(mutex_);
    flag = value;
    changed_.notify_all();
  }

  Answer answer_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
  bool closed_ = false;
  std::size_t gate_ = 0;  // that was opened so often
  std::size_t held_ = 0;
  std::vector<std::string> urls_;
};

}  // namespace countersign::test
