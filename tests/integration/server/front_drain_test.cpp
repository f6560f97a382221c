// SPDX-License-Identifier: Apache-2.0
// How a Front ends.
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::Client;
using test::End;
using test::post;

class FrontDrain : public test::FrontBed {
 protected:
  FrontDrain() {
    handler_.direct = [this](const HttpRequest& request) {
      if (request.body == "wait") {
        barrier_.pass();
      }
      return test::DirectedHandler::echo(request);
    };
  }
  std::vector<Client> open(int number) {
    std::vector<Client> clients;
    for (int index = 0; index < number; ++index) {
      clients.push_back(connect());
      EXPECT_EQ(clients.back().ask(post("{}")).status, 200);
    }
    return clients;
  }

  test::Barrier barrier_;
};

TEST_F(FrontDrain, LosesNoRequest) {               // AW-80, CHA-13
  workers_ = std::make_unique<test::Workers>(27);  // two are left for the idle ones
  start({.last_call = minutes(5)});
  auto idle = open(25);
  auto busy = open(25);
  for (auto& client : busy) {
    client.send(post("wait"));
  }
  barrier_.wait_for(25);
  auto drained = std::async(std::launch::async, [&] { front_->drain(minutes(5)); });
  while (Client::plain(front_->port()).connected()) {
    std::this_thread::yield();  // until it accepts no more
  }
  for (auto& client : idle) {  // requests that were on their way
    const auto answer = client.ask(post("{}"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.closes());
    EXPECT_EQ(client.wait_for_end(), End::Clean);
    client.close();
  }
  EXPECT_EQ(drained.wait_for(seconds(0)), std::future_status::timeout);
  barrier_.open();
  for (auto& client : busy) {
    const auto answer = client.receive();
    EXPECT_EQ(answer.body, "wait");
    EXPECT_TRUE(answer.closes());
    EXPECT_EQ(client.wait_for_end(), End::Clean);
    client.close();
  }
  drained.get();
  EXPECT_EQ(front_->counters().open, 0U);
}

TEST_F(FrontDrain, LosesNoneOfAThousand) {  // CHA-13
  constexpr int kClients = 50;
  workers_ = std::make_unique<test::Workers>(4);
  start();
  std::atomic<int> answered{0};
  std::atomic<int> told{0};  // that their connection ends
  std::vector<std::thread> clients;
  for (int index = 0; index < kClients; ++index) {
    clients.emplace_back([&] {
      auto client = connect();
      for (bool closes = false; !closes;) {
        const auto answer = client.ask(post("{}"));
        ASSERT_EQ(answer.status, 200) << "lost";
        ++answered;
        closes = answer.closes();
      }
      ++told;
    });
  }
  while (answered < 1'000) {
    std::this_thread::yield();
  }
  front_->drain(minutes(1));
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(told, kClients);
  EXPECT_EQ(static_cast<int>(front_->counters().requests), answered);
}

TEST_F(FrontDrain, ClosesIdleConnectionsAfterTheLastCall) {
  start({.last_call = std::chrono::milliseconds(20)});
  auto idle = open(5);
  auto drained = std::async(std::launch::async, [&] { front_->drain(minutes(5)); });
  for (auto& client : idle) {
    EXPECT_EQ(client.wait_for_end(), End::Clean);
    client.close();
  }
  drained.get();
}

TEST_F(FrontDrain, BlocksNoLongerThanItsGrace) {
  start({.last_call = minutes(5)});
  auto idle = open(2);
  idle[0].send(post("wait"));
  barrier_.wait_for(1);
  front_->drain(std::chrono::milliseconds(20));
  for (auto& client : idle) {
    EXPECT_NE(client.wait_for_end(), End::Waiting);
  }
  barrier_.open();
}

TEST_F(FrontDrain, MayBeRepeated) {
  start();
  front_->drain(seconds(20));
  front_->drain(seconds(20));
  EXPECT_EQ(front_->counters().open, 0U);
}

TEST_F(FrontDrain, DestructionWaitsForRunningHandlers) {
  start();
  auto client = connect();
  client.send(post("wait"));
  barrier_.wait_for(1);
  auto gone = std::async(std::launch::async, [&] { front_.reset(); });
  EXPECT_NE(client.wait_for_end(), End::Waiting);  // connections end at once
  barrier_.open();
  gone.get();
}

TEST_F(FrontDrain, DestructionLeavesQueuedTasksHarmless) {
  workers_ = std::make_unique<test::Workers>(1);
  start();
  auto running = connect();
  running.send(post("wait"));
  barrier_.wait_for(1);
  auto queued = connect();
  queued.send(post("queued"));
  while (front_->counters().requests < 2) {
    std::this_thread::yield();
  }
  auto gone = std::async(std::launch::async, [&] { front_.reset(); });
  EXPECT_NE(queued.wait_for_end(), End::Waiting);
  barrier_.open();
  gone.get();
  handler_.direct = [](const HttpRequest&) -> HttpReply {
    ADD_FAILURE() << "asked although the front has gone";
    return {};
  };
  workers_.reset();  // runs what is queued
}

TEST_F(FrontDrain, MayGoWhileConnectionsAreInAnyPhase) {
  const std::vector<std::string> phases{"", "POST", post("ab").substr(0, post("ab").size() - 1),
                                        post("{}"), "nonsense\r\n\r\n"};
  for (const auto& said : phases) {
    start();
    auto raw = Client::plain(front_->port());
    auto client = connect();
    client.send(said);
    front_.reset();
    EXPECT_NE(raw.wait_for_end(), End::Waiting);
    EXPECT_NE(client.wait_for_end(), End::Waiting);
  }
}

}  // namespace
}  // namespace countersign::server
