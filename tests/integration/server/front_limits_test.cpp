// SPDX-License-Identifier: Apache-2.0
// Peers that take their time: each phase ends them, and nobody else notices. TLS-09, CHA-05
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using std::chrono::milliseconds;
using test::Client;
using test::End;
using test::post;

constexpr milliseconds kShort{50};

class FrontLimits : public test::FrontBed {
 protected:
  // Only one phase is short: whoever ends is ended by it.
  void start_with(milliseconds Phases::* phase, const Bounds& bounds = {}) {
    constexpr milliseconds kLong = std::chrono::minutes(5);
    Phases phases{.handshake = kLong,
                  .idle = kLong,
                  .header = kLong,
                  .body = kLong,
                  .work = kLong,
                  .write = kLong,
                  .linger = kLong,
                  .last_call = kLong};
    phases.*phase = kShort;
    start(phases, bounds);
  }
  // Another connection has not suffered.
  void expect_service() { EXPECT_EQ(ask(post("{}")).status, 200); }
};

TEST_F(FrontLimits, EndAPeerThatNeverShakesHands) {
  start_with(&Phases::handshake);
  auto silent = Client::plain(front_->port());
  EXPECT_NE(silent.wait_for_end(), End::Waiting);
  auto half = Client::plain(front_->port());
  half.send("\x16\x03\x01\x02");  // the beginning of a ClientHello
  EXPECT_NE(half.wait_for_end(), End::Waiting);
  EXPECT_EQ(front_->counters().handshake_failures, 2U);
}

TEST_F(FrontLimits, EndAnIdleConnectionPolitely) {
  start_with(&Phases::idle);
  auto fresh = connect();
  EXPECT_EQ(fresh.wait_for_end(), End::Clean);
}

TEST_F(FrontLimits, EndHalfAHeader) {
  start_with(&Phases::header);
  auto client = connect();
  client.send("POST /validate HTTP/1.1\r\nHo");
  EXPECT_NE(client.wait_for_end(), End::Waiting);
  auto later = connect();
  EXPECT_EQ(later.ask(post("{}")).status, 200);
  later.send("P");
  EXPECT_NE(later.wait_for_end(), End::Waiting);
  expect_service();
}

TEST_F(FrontLimits, EndADrippedHeader) {
  start_with(&Phases::header, {.header_bytes = std::size_t{1} << 30});  // time ends it, not size
  auto client = connect();
  client.send("POST /validate HTTP/1.1\r\n");
  while (client.send("A: b\r\n")) {
    std::this_thread::yield();
  }
  expect_service();
}

TEST_F(FrontLimits, EndHalfABody) {
  start_with(&Phases::body);
  auto client = connect();
  client.send(post("{}").substr(0, post("{}").size() - 1));
  EXPECT_NE(client.wait_for_end(), End::Waiting);
  expect_service();
}

TEST_F(FrontLimits, EndADrippedBody) {
  start_with(&Phases::body);
  auto client = connect();
  const auto request = post(std::string(8'000'000, 'x'));
  client.send(request.substr(0, 200));
  while (client.send("x")) {
    std::this_thread::yield();
  }
  EXPECT_EQ(front_->counters().requests, 0U);
  expect_service();
}

TEST_F(FrontLimits, EndChunksWithoutAnEnd) {
  start_with(&Phases::body);
  auto client = connect();
  client.send(
      "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
  EXPECT_NE(client.wait_for_end(), End::Waiting);
}

TEST_F(FrontLimits, EndAPeerThatNeverReads) {
  handler_.direct = [](const HttpRequest&) {
    return HttpReply{.status = 200,
                     .content_type = "application/json",
                     .body = std::string(std::size_t{32} << 20, 'x'),
                     .retry_after = {}};
  };
  start_with(&Phases::write);
  auto client = connect();
  client.send(post("{}"));
  while (front_->counters().open > 0) {  // what the test waits for
    std::this_thread::yield();
  }
  EXPECT_EQ(front_->counters().requests, 1U);
}

TEST_F(FrontLimits, EndAPeerThatStaysAfterTheLastReply) {
  start_with(&Phases::linger);
  auto client = connect();
  EXPECT_EQ(client.ask("nonsense\r\n\r\n").status, 400);
  while (front_->counters().open > 0) {
    std::this_thread::yield();
  }
}

TEST_F(FrontLimits, EndAnAnswerThatNeverComes) {
  workers_ = std::make_unique<test::Workers>(0);  // takes tasks and runs none
  start_with(&Phases::work);
  auto client = connect();
  client.send(post("{}"));
  EXPECT_NE(client.wait_for_end(), End::Waiting);
}

TEST_F(FrontLimits, ForgetPeersThatJustGo) {
  start();
  const auto port = front_->port();
  for (int round = 0; round < 20; ++round) {
    Client::plain(port);
    Client::plain(port).send("\x16\x03\x01\x02");
    connect();
    connect().send("POST /val");
    connect().send(post(std::string(1'000, 'x')).substr(0, 200));
    connect().send(post("{}"));
    connect().send("nonsense\r\n\r\n");
  }
  while (front_->counters().open > 0) {
    std::this_thread::yield();
  }
  expect_service();
}

TEST_F(FrontLimits, ResetConnectionsOverTheirNumber) {  // TLS-06
  start({}, {.connections = 3});
  std::vector<Client> held;
  for (int index = 0; index < 3; ++index) {
    held.push_back(connect());
    EXPECT_TRUE(held.back().connected());
  }
  EXPECT_FALSE(connect().connected());
  EXPECT_GE(front_->counters().refused, 1U);
  for (auto& client : held) {
    EXPECT_EQ(client.ask(post("{}")).status, 200);
  }
}

}  // namespace
}  // namespace countersign::server
