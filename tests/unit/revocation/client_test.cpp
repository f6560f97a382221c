// SPDX-License-Identifier: Apache-2.0
#include "countersign/revocation/client.h"

#include <latch>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "callback_transport.h"
#include "notebook.h"
#include "support/fixed_clock.h"
#include "support/scripted_transport.h"
#include "world.h"

namespace countersign::revocation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::answer;
using Kinds = std::vector<std::string>;

constexpr auto kOne = "http://one.test/ocsp";
constexpr auto kTwo = "http://two.test/ocsp";
constexpr auto kList = "http://list.test/ca.crl";
constexpr auto kUnknown = "REVOCATION_UNKNOWN";
constexpr auto kLeaves = "http://list.test/leaves.crl";
const test::OcspSpec kRevoked{.status = test::OcspStatus::Revoked};

std::string text(const ByteVector& bytes) { return {bytes.begin(), bytes.end()}; }

Kinds kinds_of(const std::vector<Result<RevocationStatus>>& outcomes) {
  Kinds kinds;
  for (const auto& outcome : outcomes) {
    kinds.push_back(kind_of(outcome));
  }
  return kinds;
}

class RevocationClientTest : public testing::Test {
 protected:
  Kinds ask(const std::vector<Query>& queries) {
    return kinds_of(client_->ask(queries, clock_.in(hours(1))));
  }
  std::string ask(const Query& query) { return ask(std::vector{query}).front(); }
  void refresh() { client_->refresh(clock_.in(hours(1))); }

  void expect(const char* url, std::string body) {
    network_.expect(url, answer(200, {}, std::move(body)));
  }
  std::string says(const Query& query, test::OcspStatus status = test::OcspStatus::Good) const {
    return ca_.answer_bytes(query, {.status = status});
  }

  test::FixedClock clock_;
  Authority ca_;
  Notebook notes_;
  test::ScriptedTransport network_;
  std::unique_ptr<Client> client_ = make_client({}, network_, clock_, notes_);
};

// NV-R01
TEST_F(RevocationClientTest, FindsRevocationsOfAnyCertificateByEitherProtocol) {
  auto spec = test::ca_spec("C=US, ST=WA, O=Acme, CN=Issuing");
  for (const bool ocsp : {true, false}) {
    spec.ocsp_urls = ocsp ? std::vector<std::string>{kOne} : std::vector<std::string>{};
    spec.crl_urls = {kList};
    const auto issuing = ca_.signer().issue(spec);
    auto leaf_spec = test::leaf_spec();
    leaf_spec.ocsp_urls = ocsp ? std::vector<std::string>{kTwo} : std::vector<std::string>{};
    leaf_spec.crl_urls = {kLeaves};
    const Query leaf{issuing.issue(leaf_spec).certificate(), issuing.certificate()};
    const Query intermediate{issuing.certificate(), ca_.signer().certificate()};
    if (ocsp) {
      expect(kTwo, text(test::make_ocsp(kRevoked, leaf.certificate, issuing)));
      expect(kOne, text(test::make_ocsp(kRevoked, intermediate.certificate, ca_.signer())));
    } else {
      expect(kLeaves,
             text(test::make_crl({.entries = {test::revoked(leaf.certificate)}}, issuing)));
      expect(kList, ca_.list_bytes_revoking(intermediate));
    }
    EXPECT_EQ(ask({leaf, intermediate}), (Kinds{"revoked", "revoked"}));
    EXPECT_EQ(network_.batches().back(), 2U);  // side by side
  }
}

// NV-R02
TEST_F(RevocationClientTest, AnswersEveryQueryForItself) {
  const auto down = ca_.query({kOne});
  const auto revoked = ca_.query({kTwo});
  network_.expect(kOne, answer(503));
  expect(kTwo, says(revoked, test::OcspStatus::Revoked));
  EXPECT_EQ(ask({down, revoked, down}), (Kinds{kUnknown, "revoked", kUnknown}));
  EXPECT_EQ(ask(std::vector<Query>{}), Kinds{});
}

TEST_F(RevocationClientTest, TwoCertificatesWithOneListReadItOnce) {
  const auto one = ca_.query({}, {kList});
  const auto other = ca_.query({}, {kList});
  expect(kList, ca_.list_bytes_revoking(other));
  EXPECT_EQ(ask({one, other}), (Kinds{"good", "revoked"}));
}

TEST_F(RevocationClientTest, AWarmAnswerNeedsNeitherNetworkNorTime) {
  const auto query = ca_.query({kOne});
  expect(kOne, says(query));
  EXPECT_EQ(ask({query, query}), (Kinds{"good", "good"}));
  EXPECT_EQ(ask(query), "good");
  EXPECT_EQ(kinds_of(client_->ask({&query, 1}, clock_.in(seconds(0)))), Kinds{"good"});
  const auto counters = client_->counters();
  EXPECT_EQ(counters.requests, 1U);
  EXPECT_EQ(counters.failures, 0U);
  EXPECT_EQ(counters.cached_statuses, 1U);
}

TEST_F(RevocationClientTest, AsksAgainAfterTheLifeOfAnAnswer) {
  const auto query = ca_.query({kOne});
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
  clock_.advance(limits::kOcspLife);
  expect(kOne, says(query, test::OcspStatus::Revoked));
  EXPECT_EQ(ask(query), "revoked");
}

// Whether it is good enough, the core says: the last answer keeps its end.
TEST_F(RevocationClientTest, GivesTheLastAnswerWhenTheSourceIsDown) {
  const auto query = ca_.query({}, {kList});
  expect(kList, ca_.list_bytes({.next_update = kSoonOver}));
  EXPECT_EQ(ask(query), "good");
  clock_.advance(hours(48));
  network_.expect(kList, answer(503));
  for (int i = 0; i < 2; ++i) {  // the second without asking
    const auto stale = client_->ask({&query, 1}, clock_.in(hours(1)));
    ASSERT_EQ(kind_of(stale.front()), "good");
    EXPECT_EQ(stale.front()->fresh_until, kSoonOver);
  }
  clock_.advance(limits::kRevocationFailureLife);
  EXPECT_EQ(kinds_of(client_->ask({&query, 1}, clock_.in(seconds(0)))), Kinds{"good"});
  expect(kList, ca_.list_bytes_revoking(query));
  EXPECT_EQ(ask(query), "revoked");
}

TEST_F(RevocationClientTest, AFailureIsRememberedForAWhile) {
  const auto query = ca_.query({kOne}, {kList});
  network_.expect(kOne, answer(503)).expect(kList, answer(404));
  EXPECT_EQ(ask(query), kUnknown);
  EXPECT_EQ(ask(query), kUnknown);
  EXPECT_EQ(client_->counters().failures, 2U);
  clock_.advance(limits::kRevocationFailureLife);
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
}

TEST_F(RevocationClientTest, WhatNobodyKnowsIsAskedAgainSoon) {
  const auto query = ca_.query({kOne});
  expect(kOne, says(query, test::OcspStatus::Unknown));
  EXPECT_EQ(ask(query), "unknown");
  EXPECT_EQ(ask(query), "unknown");
  clock_.advance(limits::kRevocationFailureLife);
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
}

// NV-R23
TEST_F(RevocationClientTest, TheDeadlineIsKept) {
  const auto query = ca_.query({kOne}, {kList});
  EXPECT_EQ(kinds_of(client_->ask({&query, 1}, clock_.in(seconds(0)))), Kinds{"DEADLINE_EXCEEDED"});
  network_.expect(kOne, fail(Reason::DeadlineExceeded, "late"));
  EXPECT_EQ(ask(query), "DEADLINE_EXCEEDED");
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
}

TEST_F(RevocationClientTest, RenewsWhatWasUsedLatelyAndIsSoonOver) {
  const auto used = ca_.query({kOne});
  expect(kOne, says(used));
  EXPECT_EQ(ask(used), "good");
  refresh();  // too early
  clock_.advance(limits::kOcspLife - limits::kRevocationRenewal);
  expect(kOne, says(used, test::OcspStatus::Revoked));
  refresh();
  EXPECT_EQ(ask(used), "revoked");
  clock_.advance(limits::kRevocationUse + seconds(1));
  refresh();  // nobody has used it
}

TEST_F(RevocationClientTest, RenewsListsFromTheirPlaceEachOnce) {
  const auto one = ca_.query({}, {kList});
  const auto other = ca_.query({}, {kList});
  expect(kList, ca_.list_bytes());
  EXPECT_EQ(ask({one, other}), (Kinds{"good", "good"}));
  clock_.advance(minutes(55));
  expect(kList, ca_.list_bytes_revoking(one));
  refresh();
  EXPECT_EQ(ask({one, other}), (Kinds{"revoked", "good"}));
}

TEST_F(RevocationClientTest, KeepsTheOldAnswerWhenItCantBeRenewed) {
  const auto query = ca_.query({kOne});
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
  clock_.advance(minutes(55));
  network_.expect(kOne, answer(503));
  refresh();
  refresh();  // leaves the place alone
  EXPECT_EQ(ask(query), "good");
  client_->refresh(clock_.in(seconds(0)));  // no time, nothing sent
}

// NV-R24
TEST_F(RevocationClientTest, SurvivesATransportThatThrows) {
  bool broken = true;
  const auto query = ca_.query({kOne});
  CallbackTransport network([&](const net::Request&) -> Result<net::Response> {
    return broken ? throw std::runtime_error("broken") : answer(200, {}, says(query));
  });
  const auto client = make_client({}, network, clock_, notes_);
  EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(hours(1)))), Kinds{kUnknown});
  EXPECT_EQ(notes_.lines(), 1);
  broken = false;
  EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(hours(1)))), Kinds{"good"});
  clock_.advance(minutes(55));
  broken = true;
  client->refresh(clock_.in(hours(1)));
  EXPECT_EQ(notes_.lines(), 2);
  EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(hours(1)))), Kinds{"good"});
}

TEST_F(RevocationClientTest, ManyThreadsAskOnce) {
  constexpr int kThreads = 16;
  const auto one = ca_.query({kOne}, {kList});
  const auto other = ca_.query({}, {kList});
  std::latch all(kThreads);
  CallbackTransport network([&](const net::Request& request) {
    return answer(200, {}, request.url == kOne ? says(one) : ca_.list_bytes());
  });
  const auto client = make_client({}, network, clock_, notes_);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const auto queries = i % 2 == 0 ? std::vector{one, other} : std::vector{other, one};
      all.arrive_and_wait();
      EXPECT_EQ(kinds_of(client->ask(queries, clock_.in(hours(1)))), (Kinds{"good", "good"}));
      client->refresh(clock_.in(hours(1)));
      client->counters();
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(network.requests(), 2U);
}

// CCH-08: whoever asked first runs out of time, or fails in himself; the one who waits for him
// asks.
TEST_F(RevocationClientTest, AFollowerAsksForHimselfWhenTheFirstGivesUp) {
  for (const bool throws : {false, true}) {
    const auto query = ca_.query({kOne});
    std::latch asked(1);
    std::latch go_on(1);
    std::atomic<int> count = 0;
    CallbackTransport network([&](const net::Request&) -> Result<net::Response> {
      if (++count > 1) {
        return answer(200, {}, says(query));
      }
      asked.count_down();
      go_on.wait();
      return throws ? throw std::runtime_error("lost") : fail(Reason::DeadlineExceeded, "late");
    });
    const auto client = make_client({}, network, clock_, notes_);
    std::thread first([&] {
      EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(hours(1)))),
                Kinds{throws ? kUnknown : "DEADLINE_EXCEEDED"});
    });
    asked.wait();
    std::thread follower(
        [&] { EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(hours(1)))), Kinds{"good"}); });
    // One without time leaves before the first has landed.
    EXPECT_EQ(kinds_of(client->ask({&query, 1}, clock_.in(seconds(0)))),
              Kinds{"DEADLINE_EXCEEDED"});
    go_on.count_down();
    first.join();
    follower.join();
    EXPECT_EQ(network.requests(), 2U);
  }
}

TEST_F(RevocationClientTest, TellsWhoDoesNotWaitOnlyWhatNeedNotBeAsked) {
  const auto query = ca_.query({kOne});
  const auto at_once = [&] { return kinds_of(client_->ask({&query, 1}, Deadline::at_once())); };
  EXPECT_EQ(at_once(), Kinds{"DEADLINE_EXCEEDED"});
  expect(kOne, says(query));
  EXPECT_EQ(ask(query), "good");
  EXPECT_EQ(at_once(), Kinds{"good"});
  clock_.advance(limits::kOcspLife);
  EXPECT_EQ(at_once(), Kinds{"DEADLINE_EXCEEDED"}) << "it is known how it was";
  EXPECT_EQ(network_.seen().size(), 1U);
}

}  // namespace
}  // namespace countersign::revocation
