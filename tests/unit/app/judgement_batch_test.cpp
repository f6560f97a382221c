// SPDX-License-Identifier: Apache-2.0
#include "app/judgement_batch.h"

#include <algorithm>
#include <atomic>
#include <latch>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"

#include "judgements.h"

namespace countersign::app {
namespace {

Judgement numbered(std::size_t place) {
  auto judgement = trusted_judgement();
  judgement.reference = std::to_string(place);
  return judgement;
}

std::vector<Judgement> one_of_each() {
  std::vector<Judgement> all(4, trusted_judgement());
  all[1].report = policy::Report::refused(Reason::SignatureNotFound, "none");
  all[2].report = fail(Reason::RegistryUnavailable, "reset");
  all[3].report->verdict = policy::Verdict::Skipped;
  return all;
}

TEST(JudgementBatch, KeepsTheOrderOfThePlaces) {
  std::vector<std::size_t> told;
  const auto results =
      judge_all(100, numbered, [&told](std::size_t done) { told.push_back(done); });
  ASSERT_EQ(results.size(), 100U);
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].reference, std::to_string(i));
  }
  EXPECT_EQ(told.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

// The latch opens when as many are under way at once as may be.
TEST(JudgementBatch, AsksSeveralAtATime) {
  std::latch together(static_cast<std::ptrdiff_t>(limits::kParallelVerifications));
  const auto results = judge_all(
      limits::kParallelVerifications,
      [&together](std::size_t place) {
        together.arrive_and_wait();
        return numbered(place);
      },
      [](std::size_t) {});
  EXPECT_EQ(results.size(), limits::kParallelVerifications);
}

TEST(JudgementBatch, EndsWithTheWorst) {
  const auto all = one_of_each();
  EXPECT_EQ(exit_of({all[0], all[3]}), Exit::Yes);
  EXPECT_EQ(exit_of({all[0], all[2]}), Exit::Unknown);
  EXPECT_EQ(exit_of(all), Exit::No);
}

TEST(JudgementBatch, IsALineForEachAndASummary) {
  EXPECT_EQ(
      batch_text(one_of_each(), Colour::Never),
      "trusted   r.example/team/app:1  CN=signer\n"
      "untrusted r.example/team/app:1  SIGNATURE_NOT_FOUND, the image has no signature: none\n"
      "undecided r.example/team/app:1  REGISTRY_UNAVAILABLE, " +
          std::string(meaning(Reason::RegistryUnavailable)) +
          ": reset\n"
          "skipped   r.example/team/app:1  apps\n"
          "4 images: 1 trusted, 1 skipped, 1 untrusted, 1 undecided\n");
}

TEST(JudgementBatch, IsAnArrayInJson) {
  const auto text = batch_json(one_of_each());
  EXPECT_TRUE(text.starts_with("[{\"reference\":")) << text;
  EXPECT_TRUE(text.ends_with("}]")) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace countersign::app
