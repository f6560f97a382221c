// SPDX-License-Identifier: Apache-2.0
// A network as a function, for tests with several threads and for places that change their mind.
#pragma once
#include <atomic>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "countersign/net/http_transport.h"

namespace countersign::revocation {

class CallbackTransport final : public net::HttpTransport {
 public:
  using Callback = std::function<Result<net::Response>(const net::Request&)>;

  explicit CallbackTransport(Callback answer) : answer_(std::move(answer)) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      ++requests_;
      results.push_back(answer_(request));
    }
    return results;
  }
  std::size_t requests() const { return requests_; }

 private:
  Callback answer_;
  std::atomic<std::size_t> requests_ = 0;
};

}  // namespace countersign::revocation
