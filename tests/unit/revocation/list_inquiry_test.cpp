// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_inquiry.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "world.h"

namespace countersign::revocation {
namespace {

constexpr auto kOne = "http://one.test/ca.crl";
constexpr auto kTwo = "http://two.test/ca.crl";
constexpr Time kInvalidSince = test::kRevokedAt - std::chrono::hours(24);

class ListInquiryTest : public testing::Test {
 protected:
  std::string ask() { return ask(query_); }
  std::string ask(const Query& query) {
    outcome_ = world_.lead(ListInquiry(query, kNow)).outcome();
    return kind_of(outcome_);
  }
  Result<Finding> revoking(std::optional<Time> invalid_since = std::nullopt) const {
    auto entry = test::revoked(query_.certificate, test::kKeyCompromise);
    entry.invalid_since = invalid_since;
    return ca_.list({.entries = {entry}});
  }

  Authority ca_;
  Query query_ = ca_.query({}, {kOne, kTwo});
  World world_;
  Result<RevocationStatus> outcome_;
};

TEST_F(ListInquiryTest, ReadsAllListsAtOnce) {
  world_.put(kOne, ca_.list()).put(kTwo, ca_.list({.next_update = kSoonOver}));
  EXPECT_EQ(ask(), "good");
  EXPECT_EQ(world_.asked(), std::vector<std::string>{std::string(kOne) + " " + kTwo});
  EXPECT_EQ(outcome_->fresh_until, kSoonOver);
}

// NV-R19
TEST_F(ListInquiryTest, EveryListMustBeHadUnlessAnotherRevokes) {
  world_.put(kOne, down()).put(kTwo, ca_.list());
  EXPECT_EQ(ask(), "REVOCATION_UNKNOWN");
  world_.put(kTwo, revoking());
  EXPECT_EQ(ask(), "revoked");
  world_.put(kOne, ca_.list());
  EXPECT_EQ(ask(), "revoked");
  world_.put(kOne, revoking()).put(kTwo, down());
  EXPECT_EQ(ask(), "revoked");
}

TEST_F(ListInquiryTest, NothingHoldsWhenAListIsMissing) {
  world_.put(kOne, revoking(kInvalidSince)).put(kTwo, ca_.list());
  EXPECT_EQ(ask(), "revoked");
  EXPECT_EQ(outcome_->since, kInvalidSince);
  world_.put(kTwo, down());
  EXPECT_EQ(ask(), "revoked");
  EXPECT_EQ(outcome_->since, std::nullopt);
}

TEST_F(ListInquiryTest, OfTwoRevocationsTheHarsherCounts) {
  const auto earlier = kInvalidSince - std::chrono::hours(24);
  for (const auto& [one, two, since] :
       {std::tuple(std::optional(kInvalidSince), std::optional(earlier), std::optional(earlier)),
        std::tuple(std::optional(earlier), std::optional(kInvalidSince), std::optional(earlier)),
        std::tuple(std::optional(earlier), std::optional<Time>(), std::optional<Time>()),
        std::tuple(std::optional<Time>(), std::optional(earlier), std::optional<Time>())}) {
    world_.put(kOne, revoking(one)).put(kTwo, revoking(two));
    EXPECT_EQ(ask(), "revoked");
    EXPECT_EQ(outcome_->since, since);
  }
}

TEST_F(ListInquiryTest, SaysWhenTheTimeWasUp) {
  world_.put(kOne, down()).put(kTwo, too_late());
  EXPECT_EQ(ask(), "DEADLINE_EXCEEDED");
  world_.put(kOne, revoking());
  EXPECT_EQ(ask(), "revoked");
}

TEST_F(ListInquiryTest, RefusesMoreListsThanTheLimit) {
  std::vector<std::string> urls;
  for (std::size_t i = 0; i < limits::kRevocationUrls; ++i) {
    urls.push_back("http://" + std::to_string(i) + ".test/");
    world_.put(urls.back(), ca_.list());
  }
  EXPECT_EQ(ask(ca_.query({}, urls)), "good");
  urls.push_back("http://one-too-many.test/");
  EXPECT_EQ(ask(ca_.query({}, urls)), "REVOCATION_UNKNOWN");
  EXPECT_EQ(world_.asked().size(), 1U);
}

TEST_F(ListInquiryTest, WithoutAListNothingIsKnown) {
  EXPECT_EQ(ask(ca_.query({})), "REVOCATION_UNKNOWN");
}

}  // namespace
}  // namespace countersign::revocation
