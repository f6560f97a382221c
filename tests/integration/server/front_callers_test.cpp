// SPDX-License-Identifier: Apache-2.0
// Callers that leave, that stay long, and that are too many at a time.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/server/admin.h"

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::Client;
using test::post;

// The API server's client closes connections that were idle for 90 s; it shall be the first to.
static_assert(limits::kIdleWait > std::chrono::seconds(90));

class FrontCallers : public test::FrontBed {
 protected:
  FrontCallers() {
    handler_.direct = [this](const HttpRequest& request) {
      ++handled_;
      if (request.body.starts_with("wait")) {
        barrier_.pass();
      }
      return test::DirectedHandler::echo(request);
    };
  }
  static milliseconds since(steady_clock::time_point begin) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
  }

  test::Barrier barrier_;
  std::atomic<int> handled_{0};
};

// What cancels what others share: docs/decisions/0018.
TEST_F(FrontCallers, ThatLeaveFreeTheirConnectionAtOnce) {  // AW-83
  workers_ = std::make_unique<test::Workers>(1);
  start();
  auto running = connect();
  running.send(post("wait"));
  barrier_.wait_for(1);
  std::vector<Client> queued;
  for (int index = 0; index < 20; ++index) {
    queued.push_back(connect());
    queued.back().send(post(std::string(1'000, 'x')));
  }
  while (front_->counters().requests < 21) {
    std::this_thread::yield();
  }
  const auto begin = steady_clock::now();
  running.close();
  queued.clear();
  while (front_->counters().open > 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  // 100 ms are promised; a machine that is busy with other tests may take longer to look.
  EXPECT_LT(since(begin), milliseconds(1'000));
  EXPECT_EQ(front_->counters().gone, 21U);
  barrier_.open();
  EXPECT_EQ(ask(post("{}")).status, 200);
  EXPECT_EQ(handled_, 2) << "what nobody waits for was begun";
}

TEST_F(FrontCallers, ThatLeaveKeepTheirShareOfMemoryUntilTheWorkEnds) {
  workers_ = std::make_unique<test::Workers>(1);
  start({}, {.held_bytes = 1'000});
  auto running = connect();
  running.send(post("wait" + std::string(900, 'x')));
  barrier_.wait_for(1);
  running.close();
  while (front_->counters().open > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(ask(post(std::string(900, 'y'))).status, 503);
  barrier_.open();
  while (ask(post(std::string(900, 'y'))).status != 200) {
    std::this_thread::yield();
  }
}

TEST_F(FrontCallers, ThatPipelineAreNotTakenForGone) {
  start();
  auto client = connect();
  client.send(post("wait") + post("second"));
  barrier_.wait_for(1);
  std::this_thread::sleep_for(3 * limits::kCallerLook);
  barrier_.open();
  EXPECT_EQ(client.receive().body, "wait");
  EXPECT_EQ(client.receive().body, "second");
}

TEST_F(FrontCallers, MayAskTenThousandTimesOnOneConnection) {  // AW-79, TLS-08
  start();
  auto client = connect();
  for (int number = 0; number < 10'000; ++number) {
    const auto body = std::to_string(number);
    ASSERT_EQ(client.ask(post(body)).body, body);
  }
  EXPECT_EQ(front_->counters().accepted, 1U);
}

TEST_F(FrontCallers, MayAskInParallelFromSeveralHosts) {  // AW-79: 25 connections of 5 clients
  start();
  std::vector<std::thread> clients;
  for (int number = 0; number < 5; ++number) {
    clients.emplace_back([this] {
      std::vector<Client> pool;
      for (int index = 0; index < 25; ++index) {
        pool.push_back(connect());
      }
      for (int round = 0; round < 8; ++round) {
        for (auto& client : pool) {
          client.send(post("{}"));
        }
        for (auto& client : pool) {
          EXPECT_EQ(client.receive().status, 200);
        }
      }
    });
  }
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(front_->counters().requests, 1'000U);
  EXPECT_EQ(front_->counters().accepted, 125U);
}

// 120 s, in which the API server waits up to 90, as 1.2 s.
TEST_F(FrontCallers, MayStayIdleLongerThanTheApiServerDoes) {  // AW-79
  start({.idle = std::chrono::duration_cast<milliseconds>(limits::kIdleWait) / 100});
  auto client = connect();
  EXPECT_EQ(client.ask(post("{}")).status, 200);
  std::this_thread::sleep_for(milliseconds(890));
  EXPECT_EQ(client.ask(post("{}")).status, 200);
  std::this_thread::sleep_for(milliseconds(900));
  EXPECT_EQ(client.ask(post("{}")).status, 200);
  EXPECT_EQ(front_->counters().accepted, 1U);
}

TEST_F(FrontCallers, ThatAreTooManyAreToldSoAndHealthAnswersOn) {  // OVL-15
  workers_ = std::make_unique<test::Workers>(4, 8);
  start();
  const auto admin =
      Admin::create("127.0.0.1:0", {.not_ready = [] { return std::vector<std::string>(); },
                                    .details = [] { return std::string(); },
                                    .metrics = [] { return std::string("m 1\n"); }});
  ASSERT_TRUE(admin.has_value());
  std::vector<Client> busy;
  for (int index = 0; index < 4; ++index) {
    busy.push_back(connect());
    busy.back().send(post("wait"));
  }
  barrier_.wait_for(4);
  for (int index = 0; index < 8; ++index) {
    busy.push_back(connect());
    busy.back().send(post("queued"));
  }
  while (front_->counters().requests < 12) {
    std::this_thread::yield();
  }
  auto excess = connect();
  for (int round = 0; round < 50; ++round) {
    auto begin = steady_clock::now();
    EXPECT_EQ(excess.ask(post("{}")).body, "overloaded");
    EXPECT_LT(since(begin), milliseconds(1'000));
    for (const auto* page : {"/livez", "/readyz", "/metrics"}) {
      begin = steady_clock::now();
      const auto answer = Client::plain((*admin)->port())
                              .ask("GET " + std::string(page) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      EXPECT_EQ(answer.status, 200) << page;
      EXPECT_LT(since(begin), milliseconds(1'000)) << page;
    }
  }
  barrier_.open();
  for (auto& client : busy) {
    EXPECT_EQ(client.receive().status, 200);
  }
}

}  // namespace
}  // namespace countersign::server
