// SPDX-License-Identifier: Apache-2.0
// Many clients at once: every request gets its own answer.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using test::post;

using FrontLoad = test::FrontBed;

TEST_F(FrontLoad, AnswersEachWithItsOwn) {
  start();
  std::vector<std::thread> clients;
  for (int number = 0; number < 25; ++number) {
    clients.emplace_back([this, number] {
      auto client = connect();
      for (int round = 0; round < 40; ++round) {
        const auto body = std::to_string(number) + ":" +
                          std::string(static_cast<std::size_t>(round * number), 'x');
        EXPECT_EQ(client.ask(post(body)).body, body);
      }
    });
  }
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(front_->counters().requests, 1'000U);
  EXPECT_EQ(front_->counters().accepted, 25U);
}

TEST_F(FrontLoad, SurvivesPeersThatLeaveDuringTheWork) {  // AW-83: nothing of them stays
  start();
  std::vector<std::thread> clients;
  for (int number = 0; number < 4; ++number) {
    clients.emplace_back([this] {
      for (int round = 0; round < 25; ++round) {
        connect().send(post(std::string(20'000, 'x')));
      }
    });
  }
  for (auto& client : clients) {
    client.join();
  }
  while (front_->counters().open > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(ask(post("{}")).status, 200);
}

TEST_F(FrontLoad, DrainsAndReloadsWhileClientsAsk) {
  start({.last_call = std::chrono::milliseconds(20)});
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int number = 0; number < 4; ++number) {
    clients.emplace_back([this, &answered] {
      for (auto client = connect(); client.connected();) {
        const auto answer = client.ask(post("{}"));
        if (answer.status != 200 || answer.closes()) {
          return;
        }
        ++answered;
      }
    });
  }
  while (answered < 200) {
    EXPECT_TRUE(front_->replace_tls(material_).has_value());
  }
  front_->drain(std::chrono::minutes(1));
  EXPECT_EQ(front_->counters().open, 0U);
  for (auto& client : clients) {
    client.join();
  }
}

}  // namespace
}  // namespace countersign::server
