// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <utility>

#include <gtest/gtest.h>

#include "countersign/admission/notation_verifier.h"
#include "countersign/revocation/client.h"

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using notation::Check;
using Kind = x509::RevocationStatus::Kind;

class ScriptedClient final : public revocation::Client {  // one answer after the other
 public:
  std::vector<Result<x509::RevocationStatus>> ask(std::span<const revocation::Query> queries,
                                                  Deadline deadline) override {
    asked.emplace_back(queries.begin(), queries.end());
    deadlines.push_back(deadline.when());
    return script;
  }
  void refresh(Deadline) override { ADD_FAILURE() << "nobody asked for this"; }
  revocation::Counters counters() const override { return {}; }

  std::vector<Result<x509::RevocationStatus>> script;
  std::vector<std::vector<revocation::Query>> asked;
  std::vector<Tick> deadlines;
};

TEST(RevocationChecker, AsksTheClientAboutEveryQuestionAtOnce) {
  const auto signer = test::make_leaf(test::key(test::KeyType::P256));
  const auto& chain = signer.chain();
  const std::vector<notation::Question> questions{
      {.about = Check::Revocation, .certificate = chain[0], .issuer = chain[1]},
      {.about = Check::AuthenticTimestamp, .certificate = chain[1], .issuer = chain[2]}};
  const test::FixedClock clock;
  const auto since = clock.now() - 1h;
  ScriptedClient client;
  client.script = {
      x509::RevocationStatus{
          .kind = Kind::Revoked, .detail = "stolen", .fresh_until = clock.now(), .since = since},
      fail(Reason::DeadlineExceeded, "too late")};

  const auto answers = make_revocation_checker(client)->ask(questions, clock.in(3s));
  ASSERT_EQ(client.asked.size(), 1U);
  ASSERT_EQ(client.asked[0].size(), 2U);
  for (std::size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(client.asked[0][index].certificate, chain[index]);
    EXPECT_EQ(client.asked[0][index].issuer, chain[index + 1]);
  }
  EXPECT_EQ(client.deadlines, std::vector{clock.in(3s).when()});

  ASSERT_EQ(answers.size(), 2U);
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->kind, Kind::Revoked);
  EXPECT_EQ(answers[0]->fresh_until, clock.now());
  EXPECT_EQ(answers[0]->since, since);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().reason, Reason::DeadlineExceeded);
}

}  // namespace
}  // namespace countersign::admission
