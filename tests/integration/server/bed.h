// SPDX-License-Identifier: Apache-2.0
// A whole Front on loopback with a certificate of its own, worker threads and a handler that a test
// can direct.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/server/front.h"

#include "integration/server/client.h"
#include "support/pki.h"

namespace countersign::server::test {

class DirectedHandler final : public Handler {
 public:
  bool knows(std::string_view path) const override {
    return path == "/validate" || path == "/advise";
  }
  std::optional<HttpReply> handle_at_once(const HttpRequest& request) override {
    return at_once ? at_once(request) : std::nullopt;
  }
  HttpReply handle(const HttpRequest& request) override { return direct(request); }
  HttpReply overloaded(const HttpRequest&) override {
    return {
        .status = 200, .content_type = "application/json", .body = "overloaded", .retry_after = 2};
  }

  static HttpReply echo(const HttpRequest& request) {
    return {
        .status = 200, .content_type = "application/json", .body = request.body, .retry_after = {}};
  }

  // Set before the front starts.
  std::function<HttpReply(const HttpRequest&)> direct = echo;
  std::function<std::optional<HttpReply>(const HttpRequest&)> at_once;
};

// A few threads and a bounded queue, as the decisions have.
class Workers {
 public:
  explicit Workers(std::size_t threads = 2, std::size_t most = 1'000) : most_(most) {
    for (std::size_t index = 0; index < threads; ++index) {
      threads_.emplace_back([this] { work(); });
    }
  }
  ~Workers() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
      thread.join();
    }
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  bool submit(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= most_) {
      return false;
    }
    tasks_.push_back(std::move(task));
    changed_.notify_one();
    return true;
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
      if (tasks_.empty()) {
        return;
      }
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

// Closed until opened; counts who waits.
class Barrier {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for(int arrivals) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= arrivals; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

class FrontBed : public testing::Test {
 protected:
  using Signer = countersign::test::Signer;

  FrontBed() { show(signer_); }

  void show(const Signer& signer) {
    material_.certificate = signer.chain_pem();
    material_.key = Secret(signer.key().pem());
  }

  void start(const Phases& phases = {}, const Bounds& bounds = {}) {
    FrontOptions options{.listen = "127.0.0.1:0",
                         .tls = material_,
                         .phases = phases,
                         .bounds = bounds,
                         .rejected =
                             [this](int status) {
                               const std::lock_guard lock(mutex_);
                               ++rejected_[status];
                             },
                         .client_refused =
                             [this](ClientRefusal why) {
                               const std::lock_guard lock(mutex_);
                               ++refused_[why];
                             }};
    auto front = Front::create(
        std::move(options), handler_,
        [this](std::function<void()> task) { return workers_->submit(std::move(task)); }, clock_,
        *logger_);
    ASSERT_TRUE(front.has_value()) << front.error().detail;
    front_ = std::move(*front);
    front_->start();
  }

  Client connect(const TlsOptions& options = {}) { return Client::tls(front_->port(), options); }
  Answer ask(std::string_view request) { return connect().ask(request); }
  int rejected(int status) {
    const std::lock_guard lock(mutex_);
    return rejected_[status];
  }

  int refused(ClientRefusal why) {
    const std::lock_guard lock(mutex_);
    return refused_[why];
  }

  const Signer signer_ = Signer::self_signed(countersign::test::tls_spec());
  SystemClock clock_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::mutex mutex_;
  std::map<int, int> rejected_;
  std::map<ClientRefusal, int> refused_;
  TlsMaterial material_;
  DirectedHandler handler_;
  std::unique_ptr<Workers> workers_ = std::make_unique<Workers>();
  std::unique_ptr<Front> front_;  // goes first
};

}  // namespace countersign::server::test
