// SPDX-License-Identifier: Apache-2.0
// Answers exactly the listed exchanges, in order. A request that is not next on the list fails the
// test, and so does an exchange that nobody asked for.
#pragma once
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/net/http_transport.h"

namespace countersign::test {

inline net::Response answer(int status, std::vector<net::Header> headers = {},
                            std::string body = {}) {
  return {status, std::move(headers), std::move(body)};
}

// The value of a request's header; "" when it is not sent.
inline std::string header_of(const net::Request& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (header.name == name) {
      return header.value;
    }
  }
  return {};
}

class ScriptedTransport final : public net::HttpTransport {
 public:
  ScriptedTransport() = default;
  ScriptedTransport(const ScriptedTransport&) = delete;
  ScriptedTransport& operator=(const ScriptedTransport&) = delete;
  ~ScriptedTransport() override {
    for (const auto& [url, result] : script_) {
      ADD_FAILURE() << "never asked for: " << url;
    }
  }

  ScriptedTransport& expect(std::string url, Result<net::Response> result) {
    script_.emplace_back(std::move(url), std::move(result));
    return *this;
  }

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    batches_.push_back(requests.size());
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      seen_.push_back(request);
      results.push_back(next(request.url));
    }
    return results;
  }

  const std::vector<net::Request>& seen() const { return seen_; }
  const std::vector<std::size_t>& batches() const { return batches_; }  // requests of each call

 private:
  Result<net::Response> next(const std::string& url) {
    if (script_.empty() || script_.front().first != url) {
      ADD_FAILURE() << "unexpected request: " << url
                    << "\nexpected: " << (script_.empty() ? "none" : script_.front().first);
      return fail(Reason::Internal, "not scripted");
    }
    auto result = std::move(script_.front().second);
    script_.pop_front();
    return result;
  }

  std::deque<std::pair<std::string, Result<net::Response>>> script_;
  std::vector<net::Request> seen_;
  std::vector<std::size_t> batches_;
};

}  // namespace countersign::test
