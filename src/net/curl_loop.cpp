// SPDX-License-Identifier: Apache-2.0
#include "net/curl_loop.h"

#include <algorithm>
#include <iterator>
#include <signal.h>
#include <string>
#include <utility>

#include "countersign/base/limits.h"

#include "net/curl_memory.h"

namespace countersign::net {
namespace {

// Told not to touch signals (CURLOPT_NOSIGNAL), libcurl leaves a write to a closed connection to
// us.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

constexpr const char* kClosed = "the transport is closed";

}  // namespace

void Batch::settle(std::size_t index, Result<Response> result) {
  {
    const std::lock_guard lock(mutex_);
    if (index >= results_.size() || results_[index]) {
      return;
    }
    results_[index] = std::move(result);
    if (--missing_ != 0) {
      return;
    }
  }
  complete_.notify_all();  // without the mutex, which the waiter wants next
}

bool Batch::wait(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  return complete_.wait_for(lock, most, [this] { return missing_ == 0; });
}

std::vector<Result<Response>> Batch::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Result<Response>> taken;
  for (auto& result : results_) {
    taken.push_back(result ? std::move(*result)
                           : fail(Reason::DeadlineExceeded, "no answer within the time"));
  }
  results_.clear();
  return taken;
}

void CurlLoop::MultiCleanup::operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }

Result<std::unique_ptr<CurlLoop>> CurlLoop::start(std::size_t connections) {
  // Counted and thread-safe in the libcurl that we demand; never undone, because other transports
  // may live on.
  if (init_curl() != CURLE_OK) {
    return fail(Reason::Internal, "libcurl does not start");
  }
  auto* const multi = curl_multi_init();
  if (multi == nullptr) {
    return fail(Reason::Internal, "libcurl has no memory");
  }
  std::unique_ptr<CurlLoop> loop(new CurlLoop(multi));
  if (curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(connections)) !=
          CURLM_OK ||
      curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(limits::kIdleConnections)) !=
          CURLM_OK) {
    return fail(Reason::Internal, "libcurl refuses an option");
  }
  loop->thread_ = std::thread(&CurlLoop::run, loop.get());
  return loop;
}

CurlLoop::CurlLoop(CURLM* multi) : multi_(multi) {}

CurlLoop::~CurlLoop() {
  if (!thread_.joinable()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    inbox_.stop = true;
    wake();  // with the mutex: the thread ends `multi_`
  }
  thread_.join();
}

void CurlLoop::submit(std::vector<Order> orders) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (!inbox_.closed) {
      std::ranges::move(orders, std::back_inserter(inbox_.submitted));
      orders.clear();
      first = must_wake();
    }
  }
  if (first) {
    wake();
  }
  for (const auto& order : orders) {
    order.batch->settle(order.index, fail(Reason::Overloaded, kClosed));
  }
}

void CurlLoop::cancel(std::shared_ptr<Batch> batch) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    inbox_.cancelled.push_back(std::move(batch));
    first = must_wake();
  }
  if (first) {
    wake();
  }
}

void CurlLoop::close() {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    inbox_.closed = true;
    first = must_wake();
  }
  if (first) {
    wake();
  }
}

bool CurlLoop::must_wake() { return !std::exchange(inbox_.awaits_reader, true); }

void CurlLoop::wake() { curl_multi_wakeup(multi_.get()); }

void CurlLoop::run() {
  block_sigpipe();
  while (read_inbox()) {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
      give_up_all(Reason::Internal, "libcurl fails");
    }
    collect();
    const auto most = static_cast<int>(longest_wait().count());
    if (curl_multi_poll(multi_.get(), nullptr, 0, most, nullptr) != CURLM_OK) {
      give_up_all(Reason::Internal, "libcurl can't wait");
    }
  }
  give_up_all(Reason::Overloaded, kClosed);
  // Closing TLS connections writes, so it happens here, too.
  const std::lock_guard lock(mutex_);
  multi_.reset();
}

bool CurlLoop::read_inbox() {
  Inbox read;
  {
    const std::lock_guard lock(mutex_);
    read.submitted.swap(inbox_.submitted);
    read.cancelled.swap(inbox_.cancelled);
    read.closed = inbox_.closed;
    read.stop = inbox_.stop;
    inbox_.awaits_reader = false;
  }
  for (auto& order : read.submitted) {
    begin(std::move(order));
  }
  for (const auto& batch : read.cancelled) {
    give_up(*batch);
  }
  if (read.closed) {
    give_up_all(Reason::Overloaded, kClosed);
  }
  return !read.stop;
}

void CurlLoop::begin(Order order) {
  auto* const handle = order.transfer->handle();
  if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    order.batch->settle(order.index, fail(Reason::Internal, "libcurl refuses a transfer"));
    return;
  }
  running_.emplace(handle, std::move(order));
}

void CurlLoop::give_up(const Batch& batch) {
  std::erase_if(running_, [&](const auto& entry) {
    if (entry.second.batch.get() != &batch) {
      return false;
    }
    curl_multi_remove_handle(multi_.get(), entry.first);
    return true;
  });
}

void CurlLoop::give_up_all(Reason reason, const char* why) {
  for (auto& [handle, order] : running_) {
    curl_multi_remove_handle(multi_.get(), handle);
    order.batch->settle(order.index, fail(reason, why));
  }
  running_.clear();
}

void CurlLoop::collect() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
    const auto found = running_.find(message->easy_handle);
    if (message->msg != CURLMSG_DONE || found == running_.end()) {
      continue;
    }
    // The message dies with the handle's place in the multi.
    const auto code = message->data.result;
    auto order = std::move(found->second);
    running_.erase(found);
    auto result = order.transfer->conclude(code);
    curl_multi_remove_handle(multi_.get(), order.transfer->handle());
    order.batch->settle(order.index, std::move(result));
  }
}

// When an address fails, libcurl 7.88 turns to the next one only when it is called again, and sets
// neither a timer nor a socket for that: a name's second address would wait for half of the time.
std::chrono::milliseconds CurlLoop::longest_wait() const {
  const bool connecting = std::ranges::any_of(
      running_, [](const auto& entry) { return entry.second.transfer->connecting(); });
  return connecting ? limits::kConnectTick : std::chrono::minutes(1);  // or libcurl's next timer
}

}  // namespace countersign::net
