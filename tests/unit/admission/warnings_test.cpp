// SPDX-License-Identifier: Apache-2.0
// What was let pass although it deserves a word: from the signature to the warnings of the answer.
#include <algorithm>

#include <gtest/gtest.h>

#include "judged_review.h"
#include "support/api_server.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using Kind = x509::RevocationStatus::Kind;

class WarningsTest : public JudgedReviewTest {
 protected:
  WarningsTest() { repositories_ = std::make_shared<CountingRepositories>(store_); }

  support::Ruling ruling() {
    kube::Review review;
    review.uid = "705ab4f5";
    review.images = {{"spec.containers[0].image", "web", reference(image_)}};
    const auto decision = decide(review, clock_.in(10s));
    return support::accept_answer(kube::render(answer(review, decision, "id")), review.uid);
  }
  static void expect_warning(const support::Ruling& ruled, std::string_view part) {
    EXPECT_TRUE(std::ranges::any_of(ruled.warnings, [part](const std::string& warning) {
      return warning.find(part) != std::string::npos;
    })) << part;
    for (const auto& warning : ruled.warnings) {
      EXPECT_LE(warning.size(), 4 * limits::kWarningCharacters) << warning;
    }
  }
};

TEST_F(WarningsTest, TellWhatFailedAndIsOnlyLogged) {
  policy_ = trust_policy("audit");
  sign(stranger());
  const auto ruled = ruling();
  EXPECT_TRUE(ruled.allowed);
  EXPECT_EQ(ruled.warnings.size(), 1U);
  expect_warning(ruled, "authenticity UNTRUSTED");
}

TEST_F(WarningsTest, TellThatAnAnswerAboutRevocationIsStale) {
  const auto signer = with_ocsp();
  sign(signer);
  trust(signer);
  revocation_.answer = revocation_status(Kind::Good, clock_.now());
  EXPECT_TRUE(ruling().warnings.empty()) << "still fresh";

  clock_.advance(1h);
  EXPECT_FALSE(ruling().allowed) << "no stale answer is good enough";

  revocation_rules_.stale = 1h;
  const auto late = ruling();
  EXPECT_TRUE(late.allowed);
  EXPECT_EQ(late.warnings.size(), 1U);
  expect_warning(late, "revocation");

  clock_.advance(1s);
  EXPECT_FALSE(ruling().allowed) << "beyond what the statement allows";
}

TEST_F(WarningsTest, SayNothingOfSignaturesThatNobodyNeeded) {
  sign(stranger());
  push_many_junk(3);
  sign(acme());
  const auto ruled = ruling();
  EXPECT_TRUE(ruled.allowed);
  EXPECT_TRUE(ruled.warnings.empty());
}

}  // namespace
}  // namespace countersign::admission
