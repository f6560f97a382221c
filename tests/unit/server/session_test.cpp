// SPDX-License-Identifier: Apache-2.0
#include "server/session.h"

#include <array>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/client.h"
#include "unit/server/fakes.h"

namespace countersign::server {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using test::Client;
using test::End;
using test::post;

constexpr milliseconds kLong = std::chrono::minutes(5);
constexpr milliseconds kShort{20};
constexpr Phases kPatient{.handshake = kLong,
                          .idle = kLong,
                          .header = kLong,
                          .body = kLong,
                          .work = kLong,
                          .write = kLong,
                          .linger = kLong,
                          .last_call = kLong};

// A session over one end of a socket pair; the test's thread is the loop's thread.
template <class SiteType>
struct Stage {
  explicit Stage(const Phases& phases = kPatient, const Bounds& bounds = {})
      : hall(std::make_shared<Hall>(site, phases, bounds, clock)),
        loop(std::make_shared<Loop>(hall)) {}

  Client open() {
    std::array<int, 2> sockets{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
    auto seat = hall->ledger.enter(10);
    EXPECT_TRUE(seat);
    tcp::socket socket(loop->context, tcp::v4(), sockets[0]);
    socket.non_blocking(true);
    std::make_shared<Session>(*loop, std::move(socket), nullptr, std::move(seat))->start();
    return Client(sockets[1]);
  }
  // Until nothing is waited for any more: every session has ended.
  void run_to_end() {
    loop->context.restart();
    loop->context.run();
    EXPECT_TRUE(loop->sessions.empty());
    EXPECT_EQ(hall->ledger.counters().open, 0U);
  }
  // What can be done without waiting.
  void run_ready() {
    loop->context.restart();
    while (loop->context.poll() > 0) {
    }
  }

  SystemClock clock;
  SiteType site;
  std::shared_ptr<Hall> hall;
  std::shared_ptr<Loop> loop;
};

TEST(Session, AnswersRequestAfterRequest) {
  Stage<test::EchoSite> stage;
  auto client = stage.open();
  for (const std::string body : {"one", "two"}) {
    client.send(post(body));
    stage.run_ready();
    EXPECT_EQ(client.receive().body, body);
  }
  client.close();
  stage.run_to_end();
  EXPECT_EQ(stage.hall->ledger.counters().requests, 2U);
}

TEST(Session, EndsWithThePeer) {
  for (const auto& said : std::vector<std::string>{"", "POST /val", post("abc").substr(0, 70)}) {
    Stage<test::EchoSite> stage;
    auto client = stage.open();
    client.send(said);
    stage.run_ready();
    client.close();
    stage.run_to_end();
  }
}

struct Overdue {
  std::string name;
  milliseconds Phases::* phase;
  std::string said;
};

TEST(Session, EndsWithinTheLimitOfEachPhase) {  // TLS-09: slowloris
  const std::vector<Overdue> rows{
      {"silent from the start", &Phases::idle, ""},
      {"half a header", &Phases::header, "POST /validate HTTP/1.1\r\nHo"},
      {"half a body", &Phases::body, post("abc").substr(0, post("abc").size() - 1)},
      {"no answer from the site", &Phases::work, post("abc")},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Phases phases = kPatient;
    phases.*row.phase = kShort;
    phases.linger = kShort;
    Stage<test::RecordingSite> stage(phases);
    auto client = stage.open();
    client.send(row.said);
    stage.run_to_end();
    EXPECT_EQ(client.wait_for_end(), End::Clean);
  }
}

TEST(Session, EndsWhenThePeerDoesNotRead) {
  Phases phases = kPatient;
  phases.write = kShort;
  Stage<test::EchoSite> stage(phases);
  auto client = stage.open();
  const std::string large(4 << 20, 'x');
  std::thread sender([&] { client.send(post(large)); });
  stage.run_to_end();
  sender.join();
}

TEST(Session, KeepsDrippingWithinTheLimit) {
  Phases phases = kPatient;
  phases.body = milliseconds(100);
  Stage<test::EchoSite> stage(phases);
  auto client = stage.open();
  const auto request = post(std::string(100'000, 'x'));
  client.send(request.substr(0, 100));
  // A byte with every turn of the loop; each would begin a new wait if waits were counted anew.
  while (stage.loop->context.run_one() > 0 && client.send("x")) {
  }
  stage.run_to_end();
  EXPECT_EQ(stage.hall->ledger.counters().requests, 0U);
}

TEST(Session, LingersForBoundedBytes) {
  Stage<test::EchoSite> stage(kPatient, {.linger_bytes = 1'000});
  auto client = stage.open();
  client.send("nonsense\r\n\r\n");
  stage.run_ready();
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_FALSE(stage.loop->sessions.empty());
  client.send(std::string(2'000, 'x'));
  stage.run_to_end();
}

TEST(Session, LingersForABoundedTime) {
  Phases phases = kPatient;
  phases.linger = kShort;
  Stage<test::EchoSite> stage(phases);
  auto client = stage.open();
  client.send("nonsense\r\n\r\n");
  stage.run_to_end();
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(client.wait_for_end(), End::Clean);
}

TEST(Session, IgnoresAnAnswerThatComesTooLate) {
  Stage<test::RecordingSite> stage;
  auto client = stage.open();
  client.send(post("abc"));
  stage.run_ready();
  ASSERT_EQ(stage.site.asked.size(), 1U);
  (*stage.loop->sessions.begin())->close();
  stage.site.asked[0].respond({});
  stage.run_to_end();
}

TEST(Session, TellsWhetherItsAnswerIsWanted) {
  Stage<test::RecordingSite> stage;
  auto client = stage.open();
  client.send(post("abc"));
  stage.run_ready();
  ASSERT_EQ(stage.site.asked.size(), 1U);
  EXPECT_TRUE(stage.site.asked[0].wanted());
  (*stage.loop->sessions.begin())->close();
  stage.run_to_end();
  EXPECT_FALSE(stage.site.asked[0].wanted());
}

TEST(Session, MayBeAnsweredWhenTheLoopHasGone) {
  test::RecordingSite::Respond respond;
  {
    Stage<test::RecordingSite> stage;
    auto client = stage.open();
    client.send(post("abc"));
    stage.run_ready();
    ASSERT_EQ(stage.site.asked.size(), 1U);
    respond = stage.site.asked[0].respond;
    (*stage.loop->sessions.begin())->close();
  }
  respond({});
}

TEST(Session, GoesWithItsLoop) {
  Stage<test::RecordingSite> stage;
  auto idle = stage.open();
  auto busy = stage.open();
  busy.send(post("abc"));
  stage.run_ready();
  stage.loop->sessions.clear();  // pending waits still hold them; the sanitizers see the rest
}

TEST(Session, GetsALastCallAtADrain) {
  Phases phases = kPatient;
  phases.last_call = kShort;
  Stage<test::EchoSite> stage(phases);
  auto idle = stage.open();
  (*stage.loop->sessions.begin())->drain();
  idle.close();
  stage.run_to_end();

  stage.loop->draining = true;
  auto late = stage.open();
  late.send(post("abc"));
  stage.run_ready();
  EXPECT_TRUE(late.receive().closes());
  late.close();
  stage.run_to_end();
}

}  // namespace
}  // namespace countersign::server
