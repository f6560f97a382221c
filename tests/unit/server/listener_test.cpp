// SPDX-License-Identifier: Apache-2.0
#include "server/listener.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "integration/server/client.h"
#include "unit/server/fakes.h"

namespace countersign::server {
namespace {

using test::Client;
using test::End;
using test::post;

class ListenerTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Listener>> create(const ListenerOptions& options) {
    return Listener::create(options, site_, nullptr, clock_, *logger_);
  }
  std::unique_ptr<Listener> start(ListenerOptions options) {
    options.listen = "127.0.0.1:0";
    auto listener = create(options);
    EXPECT_TRUE(listener.has_value());
    (*listener)->start();
    return std::move(*listener);
  }

  SystemClock clock_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  test::EchoSite site_;
};

TEST_F(ListenerTest, RefusesWhatIsNoAddress) {
  for (const std::string listen :
       {"", ":", "8443", ":8443", "localhost:8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
        "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80 ", "::1:80", "[::1]", "[::1:80",
        "[127.0.0.1]:80", "[]:80", "127.0.0.1:0x50", "192.0.2.1:0"}) {
    const auto listener = create({.listen = listen});
    ASSERT_FALSE(listener.has_value()) << listen;
    EXPECT_EQ(listener.error().reason, Reason::BadConfig) << listen;
    EXPECT_NE(listener.error().detail.find(listen), std::string::npos) << listen;
  }
}

TEST_F(ListenerTest, NamesAnAddressThatIsInUse) {
  const auto first = create({.listen = "127.0.0.1:0"});
  ASSERT_TRUE(first.has_value());
  const auto address = "127.0.0.1:" + std::to_string((*first)->port());
  const auto second = create({.listen = address});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, Reason::BadConfig);
  EXPECT_NE(second.error().detail.find(address), std::string::npos) << second.error().detail;
}

TEST_F(ListenerTest, TakesIpv4OnTheUnspecifiedAddress) {
  auto listener = create({.listen = "[::]:0"});
  ASSERT_TRUE(listener.has_value());
  (*listener)->start();
  EXPECT_EQ(Client::plain((*listener)->port()).ask(post("x")).body, "x");
}

TEST_F(ListenerTest, SpreadsConnectionsOverItsLoops) {
  const auto listener = start({.threads = 3});
  std::vector<Client> clients;
  for (int index = 0; index < 7; ++index) {
    clients.push_back(Client::plain(listener->port()));
  }
  for (auto& client : clients) {
    EXPECT_EQ(client.ask(post("x")).body, "x");
  }
  const auto counters = listener->counters();
  EXPECT_EQ(counters.accepted, 7U);
  EXPECT_EQ(counters.open, 7U);
  EXPECT_EQ(counters.requests, 7U);
}

TEST_F(ListenerTest, ResetsConnectionsOverTheLimit) {  // CHA-12, TLS-06
  const auto listener = start({.bounds = {.connections = 2}});
  auto first = Client::plain(listener->port());
  auto second = Client::plain(listener->port());
  EXPECT_EQ(first.ask(post("1")).body, "1");
  EXPECT_EQ(second.ask(post("2")).body, "2");
  auto third = Client::plain(listener->port());
  EXPECT_EQ(third.wait_for_end(), End::Cut);
  EXPECT_EQ(listener->counters().refused, 1U);

  // Room again: the first is told that its connection ends, and then has ended.
  EXPECT_TRUE(first.ask("GET /validate HTTP/1.0\r\n\r\n").closes());
  EXPECT_EQ(first.wait_for_end(), End::Clean);
  first.close();
  while (listener->counters().open == 2) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Client::plain(listener->port()).ask(post("4")).body, "4");
}

TEST_F(ListenerTest, TakesNoNewConnectionsAfterADrain) {
  const auto listener = start({});
  auto client = Client::plain(listener->port());
  EXPECT_EQ(client.ask(post("x")).body, "x");
  client.close();
  listener->drain(std::chrono::seconds(20));
  EXPECT_FALSE(Client::plain(listener->port()).connected());
  EXPECT_EQ(listener->counters().open, 0U);
}

TEST_F(ListenerTest, ClosesWhatIsLeftAfterTheGrace) {
  const auto listener = start({.phases = {.last_call = std::chrono::minutes(5)}});
  auto client = Client::plain(listener->port());
  EXPECT_EQ(client.ask(post("x")).body, "x");
  listener->drain(std::chrono::milliseconds(1));
  EXPECT_EQ(client.wait_for_end(), End::Clean);
}

TEST_F(ListenerTest, MayGoInAnyState) {
  {
    const auto never_started = create({.listen = "127.0.0.1:0"});
    ASSERT_TRUE(never_started.has_value());
    const auto client = Client::plain((*never_started)->port());
    (*never_started)->drain(std::chrono::milliseconds(1));
  }
  for (const auto& said : std::vector<std::string>{"", "POST", post("x"), "nonsense\r\n\r\n"}) {
    auto listener = start({.threads = 2});
    auto client = Client::plain(listener->port());
    client.send(said);
    listener.reset();
    EXPECT_NE(client.wait_for_end(), End::Waiting) << said;
  }
}

}  // namespace
}  // namespace countersign::server
