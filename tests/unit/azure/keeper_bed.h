// SPDX-License-Identifier: Apache-2.0
// A keeper of a workload identity's tokens before a scripted Entra.
#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/azure/token_keeper.h"

#include "support/fixed_clock.h"
#include "support/gate_transport.h"
#include "support/scripted_transport.h"
#include "unit/azure/jwt.h"

namespace countersign::azure {

inline constexpr const char* kVault = "https://vault.azure.net";
inline constexpr const char* kRegistry = "https://containerregistry.azure.net";

class MovableCalendar final : public Clock {  // time passes evenly; the calendar jumps
 public:
  Time now() const override { return clock_.now() + jump_.load(); }
  Tick tick() const override { return clock_.tick(); }
  void advance(std::chrono::milliseconds by) { clock_.advance(by); }
  void jump(std::chrono::seconds by) { jump_ = by; }
  Deadline in(std::chrono::milliseconds budget) const { return Deadline::after(*this, budget); }

 private:
  test::FixedClock clock_;
  std::atomic<std::chrono::seconds> jump_{};
};

inline std::string token_body(const std::string& text, const std::string& members = "") {
  return R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + text + "\"" + members +
         "}";
}

class TokenKeeperTest : public testing::Test {
 protected:
  using Answer = Result<net::Response>;

  std::string got(std::string_view audience = kVault, std::string_view refused = "") {
    return told(
        keeper_.token(audience, Secret(std::string(refused)), clock_.in(std::chrono::seconds(5))));
  }
  static std::string told(const Result<Secret>& token) {
    return token ? token->reveal() : std::string(wire_name(token.error().reason));
  }
  TokenKeeper::State state(std::size_t index = 0) const { return keeper_.states().at(index); }
  std::size_t requests() const { return http_.requests(); }
  // What so many callers get who come while Azure is being asked.
  std::vector<std::string> crowd(std::size_t count, std::string_view refused = "") {
    http_.shut();
    std::vector<std::string> results(count);
    std::vector<std::thread> callers;
    for (auto& result : results) {
      callers.emplace_back([&result, refused, this] { result = got(kVault, refused); });
    }
    http_.await(1);
    http_.open();
    for (auto& caller : callers) {
      caller.join();
    }
    return results;
  }
  Answer issue(const net::Request&) {
    return test::answer(200, {}, token_body("token-" + std::to_string(++issued_)));
  }
  void answer_tokens() {
    answer_ = [this](const net::Request& request) { return issue(request); };
  }
  void answer_with(int status, std::vector<net::Header> headers = {}, std::string body = "") {
    answer_ = [=](const net::Request&) { return test::answer(status, headers, body); };
  }

  MovableCalendar clock_;
  std::atomic<int> issued_ = 0;
  std::function<Answer(const net::Request&)> answer_ = [this](const net::Request& request) {
    return issue(request);
  };
  test::GateTransport http_{[this](const net::Request& request) { return answer_(request); }};
  // The kubelet's file, always fresh by the calendar of whoever wrote it.
  TokenKeeper keeper_{
      make_identity(WorkloadIdentity{{"https://login/", "t", "c"},
                                     [this] { return test::service_account_token(clock_.now()); }},
                    http_, clock_),
      clock_, [] { return 0.5; }};
};

}  // namespace countersign::azure
