// SPDX-License-Identifier: Apache-2.0
// A courier with time, chance and a network that a test has in its hands.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/courier/courier.h"

#include "support/fixed_clock.h"
#include "support/patience.h"
#include "support/scripted_transport.h"

namespace countersign::courier {

class Told final : public Observer {  // what was told, in order
 public:
  void exchanged(const Exchange& exchange) override {
    exchanges.push_back({std::string(exchange.host), std::string(exchange.kind), exchange.status,
                         exchange.failure, exchange.again, exchange.took, exchange.bytes});
  }
  void breaker(std::string_view host, Breaker state) override { changes.emplace_back(host, state); }
  void warned(std::string_view host, std::string_view text) override {
    warnings.push_back(std::string(host) + ": " + std::string(text));
  }
  void pulls_left(std::string_view host, std::size_t count) override {
    left.emplace_back(host, count);
  }

  struct Copy {
    std::string host, kind;
    int status;
    Reason failure;
    bool again;
    std::chrono::nanoseconds took;
    std::size_t bytes;
  };
  std::vector<Copy> exchanges;
  std::vector<std::pair<std::string, Breaker>> changes;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::size_t>> left;
};

// Every batch takes its time before what is behind it answers.
class SlowTransport final : public net::HttpTransport {
 public:
  SlowTransport(net::HttpTransport& inner, test::FixedClock& clock)
      : inner_(inner), clock_(clock) {}
  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline deadline) override {
    clock_.advance(takes);
    return inner_.send_all(requests, deadline);
  }
  void close() override { closed = true; }

  std::chrono::milliseconds takes{};
  bool closed = false;

 private:
  net::HttpTransport& inner_;
  test::FixedClock& clock_;
};

struct CourierBed {
  test::FixedClock clock;
  test::ScriptedTransport http;
  SlowTransport slow{http, clock};
  test::Patience patience{clock};
  Told told;
  Courier courier{slow, patience, told, clock};

  Deadline soon() const { return clock.in(std::chrono::seconds(10)); }
};

inline net::Request get(std::string url) {
  net::Request request;
  request.url = std::move(url);
  request.max_response = 1'000;
  request.kind = "manifest";
  return request;
}

inline net::Request post(std::string url) {
  auto request = get(std::move(url));
  request.method = net::Method::Post;
  request.kind = "token";
  return request;
}

inline Result<net::Response> unavailable() { return fail(Reason::RegistryUnavailable, "reset"); }

}  // namespace countersign::courier
