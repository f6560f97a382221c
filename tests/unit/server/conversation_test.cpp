// SPDX-License-Identifier: Apache-2.0
#include "server/conversation.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "unit/server/fakes.h"

namespace countersign::server {
namespace {

using Do = Step::Do;
using std::chrono::milliseconds;

// One number for each phase, so that a step shows whose limit it set.
constexpr Phases kPhases{.handshake = milliseconds(1),
                         .idle = milliseconds(2),
                         .header = milliseconds(3),
                         .body = milliseconds(4),
                         .work = milliseconds(5),
                         .write = milliseconds(6),
                         .linger = milliseconds(7),
                         .last_call = milliseconds(8)};
constexpr Bounds kBounds{.header_bytes = 512, .body_bytes = 64, .held_bytes = 100};

constexpr auto kGet = "GET /validate HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(const std::string& body, const std::string& fields = "") {
  return "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + fields + "\r\n" + body;
}

void expect_step(const Step& step, Do what, std::optional<milliseconds> limit) {
  EXPECT_EQ(static_cast<int>(step.what), static_cast<int>(what));
  EXPECT_EQ(step.limit, limit);
}

class ConversationTest : public testing::Test {
 protected:
  // Through one whole exchange that keeps the connection.
  void exchange(Conversation& talk) {
    expect_step(talk.received(post("x")), Do::Work, kPhases.work);
    EXPECT_EQ(talk.take_request().body, "x");
    expect_step(talk.replied(reply_), Do::Write, kPhases.write);
  }
  static int status(const Conversation& talk) {
    return std::stoi(std::string(talk.output().substr(9, 3)));
  }
  static bool says_close(const Conversation& talk) {
    return talk.output().find("\r\nConnection: close\r\n") != std::string_view::npos;
  }

  test::RecordingSite site_;
  countersign::test::FixedClock clock_;
  Budget budget_{kBounds.held_bytes};
  Conversation::Terms terms_{site_, kPhases, kBounds, budget_, clock_};
  HttpReply reply_{.status = 200, .content_type = "text/plain", .body = "yes", .retry_after = {}};
};

TEST_F(ConversationTest, GivesEachPhaseALimitOfItsOwn) {
  Conversation talk(terms_);
  expect_step(talk.opened(), Do::Read, kPhases.idle);
  expect_step(talk.received("POST /validate HTTP/1.1\r\n"), Do::Read, kPhases.header);
  expect_step(talk.received("Host: a\r\nContent-Length: 2\r\n"), Do::Read, std::nullopt);
  expect_step(talk.received("\r\n"), Do::Read, kPhases.body);
  expect_step(talk.received("a"), Do::Read, std::nullopt);
  expect_step(talk.received("b"), Do::Work, kPhases.work);
  expect_step(talk.replied(reply_), Do::Write, kPhases.write);
  EXPECT_EQ(status(talk), 200);
  EXPECT_FALSE(says_close(talk));
  expect_step(talk.written(), Do::Read, kPhases.idle);
  EXPECT_TRUE(talk.output().empty());
}

TEST_F(ConversationTest, CountsTimeFromTheFirstByte) {  // AW-76
  Conversation talk(terms_);
  talk.opened();
  clock_.advance(milliseconds(1000));
  const auto first = clock_.tick();
  talk.received("P");
  clock_.advance(milliseconds(2000));
  talk.received(post("{}").substr(1));
  EXPECT_EQ(talk.take_request().received, first);
}

TEST_F(ConversationTest, HandsOverTheRequest) {
  Conversation talk(terms_);
  talk.opened();
  talk.received(
      "POST /validate?timeout=10s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\n\r\n{}");
  const auto request = talk.take_request();
  EXPECT_EQ(request.path, "/validate");
  EXPECT_EQ(request.query, "timeout=10s");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(request.body, "{}");
}

TEST_F(ConversationTest, RefusesAndEndsTheConnection) {
  struct Row {
    std::string name;
    std::string bytes;
    int status;
  };
  const std::vector<Row> rows{
      {"malformed", "nonsense\r\n\r\n", 400},
      {"unknown path", "GET /other HTTP/1.1\r\nHost: a\r\n\r\n", 404},
      {"bad method", "PUT /validate HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"unknown path before its body", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
       404},
      {"unknown expectation", "GET /validate HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417},
      {"body over the limit", post(std::string(65, 'x')), 413},
      {"header over the limit", post("", "X: " + std::string(600, 'x') + "\r\n"), 431},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    site_.rejections.clear();
    Conversation talk(terms_);
    talk.opened();
    expect_step(talk.received(row.bytes), Do::Write, kPhases.write);
    EXPECT_EQ(status(talk), row.status);
    EXPECT_TRUE(says_close(talk));
    EXPECT_EQ(site_.rejections, std::vector{row.status});
    expect_step(talk.written(), Do::Finish, kPhases.linger);
  }
}

TEST_F(ConversationTest, NamesTheAllowedMethods) {
  Conversation talk(terms_);
  talk.opened();
  talk.received("DELETE /validate HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(talk.output().find("\r\nAllow: POST\r\n"), std::string_view::npos);
}

TEST_F(ConversationTest, RefusesHeadWithoutABody) {
  Conversation talk(terms_);
  talk.opened();
  talk.received("HEAD /other HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status(talk), 404);
  EXPECT_TRUE(talk.output().ends_with("\r\n\r\n"));
}

TEST_F(ConversationTest, InvitesABodyThatIsWaitedFor) {  // AW-81
  Conversation talk(terms_);
  talk.opened();
  const auto request = post("ab", "Expect: 100-continue\r\n");
  expect_step(talk.received(request.substr(0, request.size() - 2)), Do::Write, kPhases.write);
  EXPECT_EQ(talk.output(), "HTTP/1.1 100 Continue\r\n\r\n");
  expect_step(talk.written(), Do::Read, kPhases.body);
  expect_step(talk.received("ab"), Do::Work, kPhases.work);
}

TEST_F(ConversationTest, DoesNotInviteABodyThatHasCome) {
  Conversation talk(terms_);
  talk.opened();
  expect_step(talk.received(post("ab", "Expect: 100-continue\r\n")), Do::Work, kPhases.work);
}

TEST_F(ConversationTest, DoesNotInviteABodyThatItRefuses) {
  Conversation talk(terms_);
  talk.opened();
  talk.received("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status(talk), 404);
}

TEST_F(ConversationTest, AnswersOneAfterTheOther) {  // AW-81
  Conversation talk(terms_);
  talk.opened();
  expect_step(talk.received(post("one") + post("two") + post("three").substr(0, 20)), Do::Work,
              kPhases.work);
  EXPECT_EQ(talk.take_request().body, "one");
  talk.replied(reply_);
  expect_step(talk.written(), Do::Work, kPhases.work);
  EXPECT_EQ(talk.take_request().body, "two");
  talk.replied(reply_);
  expect_step(talk.written(), Do::Read, kPhases.header);  // of the third, which has begun
}

TEST_F(ConversationTest, ClosesWhenThePeerWantsIt) {
  for (const auto* request : {"GET /validate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                              "GET /validate HTTP/1.0\r\n\r\n"}) {
    Conversation talk(terms_);
    talk.opened();
    talk.received(request);
    talk.replied(reply_);
    EXPECT_TRUE(says_close(talk)) << request;
    expect_step(talk.written(), Do::Finish, kPhases.linger);
  }
}

TEST_F(ConversationTest, SaysGoodbyeOnlyWhenIdle) {
  Conversation idle(terms_);
  idle.opened();
  expect_step(idle.overdue(), Do::Finish, kPhases.linger);
  expect_step(idle.overdue(), Do::Close, std::nullopt);  // it does not go

  Conversation opening(terms_);
  expect_step(opening.overdue(), Do::Close, std::nullopt);

  Conversation header(terms_);
  header.opened();
  header.received("POST /v");
  expect_step(header.overdue(), Do::Close, std::nullopt);

  Conversation body(terms_);
  body.opened();
  body.received(post("abc").substr(0, post("abc").size() - 1));
  expect_step(body.overdue(), Do::Close, std::nullopt);

  Conversation work(terms_);
  work.opened();
  work.received(kGet);
  expect_step(work.overdue(), Do::Close, std::nullopt);
}

TEST_F(ConversationTest, GivesIdleConnectionsALastCall) {  // AW-80
  Conversation talk(terms_);
  talk.opened();
  EXPECT_EQ(talk.drain(), kPhases.last_call);
  exchange(talk);  // was on its way
  EXPECT_TRUE(says_close(talk));
  expect_step(talk.written(), Do::Finish, kPhases.linger);
}

TEST_F(ConversationTest, FinishesWhatIsInFlightAtADrain) {
  Conversation talk(terms_);
  talk.opened();
  talk.received(kGet);
  EXPECT_EQ(talk.drain(), std::nullopt);
  expect_step(talk.replied(reply_), Do::Write, kPhases.write);
  EXPECT_TRUE(says_close(talk));
}

TEST_F(ConversationTest, GivesALastCallAlsoAfterAReplyThatPromisedMore) {
  Conversation talk(terms_);
  talk.opened();
  exchange(talk);
  ASSERT_FALSE(says_close(talk));
  EXPECT_EQ(talk.drain(), std::nullopt);
  expect_step(talk.written(), Do::Read, kPhases.last_call);
}

TEST_F(ConversationTest, SharesTheMemoryForBodies) {
  Conversation first(terms_);
  first.opened();
  expect_step(first.received(post(std::string(64, 'a'))), Do::Work, kPhases.work);
  Conversation second(terms_);
  second.opened();
  second.received(post(std::string(64, 'b')));
  EXPECT_EQ(status(second), 503);  // AW-82
  EXPECT_NE(second.output().find("\r\nRetry-After: 1\r\n"), std::string_view::npos);

  EXPECT_EQ(first.take_request().body.size(), 64U);
  first.replied(reply_);  // gives its share back
  Conversation third(terms_);
  third.opened();
  expect_step(third.received(post(std::string(64, 'c'))), Do::Work, kPhases.work);
}

TEST_F(ConversationTest, GivesMemoryBackWhenItEnds) {
  for (int round = 0; round < 3; ++round) {
    Conversation talk(terms_);
    talk.opened();
    const auto step = talk.received(post(std::string(64, 'a')).substr(0, 110));
    EXPECT_NE(static_cast<int>(step.what), static_cast<int>(Do::Write)) << round;
  }
  EXPECT_TRUE(budget_.take(kBounds.held_bytes));
}

TEST_F(ConversationTest, LeavesTheMemoryOfABodyToWhoWorksWithIt) {
  std::optional<Hold> hold;
  {
    Conversation talk(terms_);
    talk.opened();
    talk.received(post(std::string(64, 'a')));
    hold.emplace(talk.take_hold());
  }
  EXPECT_FALSE(budget_.take(kBounds.held_bytes));
  hold.reset();
  EXPECT_TRUE(budget_.take(kBounds.held_bytes));
}

TEST_F(ConversationTest, IgnoresAnAnswerNobodyWaitsFor) {
  Conversation talk(terms_);
  talk.opened();
  expect_step(talk.replied(reply_), Do::Close, std::nullopt);
  EXPECT_TRUE(talk.output().empty());
}

}  // namespace
}  // namespace countersign::server
