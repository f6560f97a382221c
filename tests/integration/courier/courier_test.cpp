// SPDX-License-Identifier: Apache-2.0
// The courier with the real transport, real pauses and several threads.
#include "countersign/courier/courier.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "integration/registry/loopback.h"
#include "support/fixed_clock.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using Then = WireAnswer::Then;

class Counts final : public courier::Observer {
 public:
  void exchanged(const courier::Exchange& exchange) override {
    ++attempts;
    again += exchange.again ? 1 : 0;
  }
  void breaker(std::string_view, Breaker) override { ++changes; }
  void warned(std::string_view, std::string_view) override { ++warnings; }
  void pulls_left(std::string_view, std::size_t) override {}
  std::atomic<int> attempts = 0, again = 0, changes = 0, warnings = 0;
};

class CourierOnTheWire : public testing::Test {
 protected:
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }

  SystemClock clock_;
  std::unique_ptr<net::HttpTransport> http_ = make_transport(clock_);
  std::unique_ptr<courier::Patience> patience_ = courier::make_patience();
  Counts counts_;
  courier::Courier courier_{*http_, *patience_, counts_, clock_};
};

// Answers from the list, then 200.
ScriptedServer::Script first(std::vector<WireAnswer> answers) {
  return [answers, next = std::make_shared<std::atomic<std::size_t>>(0)](const SeenRequest&) {
    const auto index = (*next)++;
    return index < answers.size() ? answers[index] : wire(200, {}, "good");
  };
}

TEST_F(CourierOnTheWire, OutlivesAShortTrouble) {  // REG-33
  const auto cut =
      WireAnswer{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", Then::Reset, ""};
  const std::vector<std::vector<WireAnswer>> troubles{
      {wire(503, {}, ""), wire(503, {}, "")},
      {wire(429, {{"Retry-After", "0"}}, "")},
      {cut},
      {WireAnswer{"", Then::Close, ""}, cut, wire(502, {}, "<html>")},
  };
  for (const auto& trouble : troubles) {
    const int before = counts_.again;
    ScriptedServer server(first(trouble));
    const auto result = courier_.send(get(server.url("/")), soon());
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->body, "good");
    EXPECT_GE(counts_.again, before + 1);
  }
  EXPECT_EQ(counts_.changes, 0);
}

TEST_F(CourierOnTheWire, ServesManyThreadsAtOnce) {
  // Every third request fails; each text of a warning is told once.
  std::atomic<int> count = 0;
  ScriptedServer server([&count](const SeenRequest&) {
    const auto warning = net::Header{"Warning", R"(299 - "old")"};
    return ++count % 3 == 0 ? wire(500, {}, "") : wire(200, {warning}, "good");
  });
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      const std::vector<net::Request> batch(2, get(server.url("/")));
      for (const auto& result : courier_.send_all(batch, soon())) {
        good += result && result->status == 200 ? 1 : 0;
      }
    });
  }
  for (auto& caller : callers) {
    caller.join();
  }
  EXPECT_EQ(good, 16);
  EXPECT_EQ(counts_.attempts, 16 + counts_.again);
  EXPECT_EQ(counts_.warnings, 1);
}

// NET-15 REG-85: a host that takes requests and says nothing holds only so many callers, and others
// are served meanwhile.
TEST(CourierBulkhead, AHungHostHoldsOnlyItself) {
  FixedClock clock;
  const auto http = make_transport(clock);
  const auto patience = courier::make_patience();
  Counts counts;
  courier::Courier courier(*http, *patience, counts, clock);
  ScriptedServer hung([](const SeenRequest&) { return WireAnswer{"", Then::Hold, ""}; });
  ScriptedServer well([](const SeenRequest&) { return wire(200, {}, "good"); });

  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < limits::kSilentCallers; ++caller) {
    callers.emplace_back([&] {
      const auto result = courier.send(get(hung.url("/")), clock.in(std::chrono::seconds(60)));
      EXPECT_FALSE(result);
    });
  }
  hung.wait_until_seen(limits::kSilentCallers);
  clock.advance(limits::kHostSilence);
  EXPECT_EQ(courier.send(get(hung.url("/")), clock.in(std::chrono::seconds(60))).error().reason,
            Reason::RegistryUnavailable);
  EXPECT_EQ(hung.seen().size(), limits::kSilentCallers);
  EXPECT_EQ(courier.send(get(well.url("/")), clock.in(std::chrono::seconds(60)))->body, "good");

  courier.close();
  for (auto& caller : callers) {
    caller.join();
  }
}

TEST(CourierBulkhead, CloseEndsAPause) {
  const SystemClock clock;
  const auto http = make_transport(clock);
  const auto patience = courier::make_patience();
  Counts counts;
  courier::Courier courier(*http, *patience, counts, clock);
  ScriptedServer server([](const SeenRequest&) { return wire(429, {{"Retry-After", "60"}}, ""); });
  Reason reason = Reason::Internal;
  std::thread caller([&] {
    reason = courier.send(get(server.url("/")), Deadline::after(clock, std::chrono::minutes(10)))
                 .error()
                 .reason;
  });
  server.wait_until_seen(1);
  courier.close();
  caller.join();
  EXPECT_EQ(reason, Reason::Overloaded);
}

}  // namespace
}  // namespace countersign::test
