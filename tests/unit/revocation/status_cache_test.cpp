// SPDX-License-Identifier: Apache-2.0
#include "revocation/status_cache.h"

#include <gtest/gtest.h>

#include "authority.h"

namespace countersign::revocation {
namespace {

using enum x509::RevocationStatus::Kind;
using std::chrono::hours;
using std::chrono::seconds;
using x509::RevocationStatus;

class StatusCacheTest : public testing::Test {
 protected:
  static RevocationStatus status(RevocationStatus::Kind kind, seconds life = hours(24)) {
    RevocationStatus status;
    status.kind = kind;
    status.fresh_until = kNow + life;
    return status;
  }
  static Moment after(seconds passed) { return {kNow + passed, Tick(hours(1)) + passed}; }

  bool knows(seconds passed) { return cache_.fresh(query_, after(passed)).has_value(); }
  std::size_t due(seconds passed) { return cache_.due(after(passed)).size(); }

  Authority ca_;
  Query query_ = ca_.query({"http://one.test/"});
  StatusCache cache_;
};

TEST_F(StatusCacheTest, KnowsAStatusUntilItsEnd) {
  EXPECT_FALSE(knows(seconds(0)));
  for (const auto kind : {Good, Revoked}) {
    cache_.keep(query_, status(kind, seconds(100)), after(seconds(0)));
    ASSERT_TRUE(knows(seconds(0)));
    EXPECT_EQ(cache_.fresh(query_, after(seconds(0)))->kind, kind);
    EXPECT_TRUE(knows(seconds(100)));  // nextUpdate, inclusive
    EXPECT_FALSE(knows(seconds(101)));
    ASSERT_TRUE(cache_.last(query_));
    EXPECT_EQ(cache_.last(query_)->kind, kind);
  }
}

TEST_F(StatusCacheTest, AsksAgainBeforeADistantEnd) {
  cache_.keep(query_, status(Good), after(seconds(0)));
  EXPECT_TRUE(knows(limits::kOcspLife - seconds(1)));
  EXPECT_FALSE(knows(limits::kOcspLife));
}

TEST_F(StatusCacheTest, WhatASourceDoesNotKnowIsAskedAgainSoon) {
  cache_.keep(query_, status(Good), after(seconds(0)));
  cache_.keep(query_, status(Unknown), after(seconds(0)));
  EXPECT_TRUE(knows(limits::kRevocationFailureLife - seconds(1)));
  EXPECT_FALSE(knows(limits::kRevocationFailureLife));
  EXPECT_FALSE(cache_.last(query_));  // the last word of the source counts
}

// CCH-10 for statuses: validity by the calendar, the age of an entry by the steady clock.
TEST_F(StatusCacheTest, AJumpOfTheCalendar) {
  cache_.keep(query_, status(Good, hours(2)), after(seconds(0)));
  const Tick soon = Tick(hours(1)) + seconds(1);
  EXPECT_TRUE(cache_.fresh(query_, {kNow + hours(1), soon}));
  EXPECT_TRUE(cache_.fresh(query_, {kNow - hours(1), soon}));
  EXPECT_FALSE(cache_.fresh(query_, {kNow + hours(2) + seconds(1), soon}));
  EXPECT_FALSE(cache_.fresh(query_, {kNow - hours(1), Tick(hours(1)) + limits::kOcspLife}));
}

TEST_F(StatusCacheTest, AnAnswerServesNoOtherIssuerOrCertificate) {
  const Authority other;  // of the same name
  cache_.keep(query_, status(Good), after(seconds(0)));
  EXPECT_FALSE(cache_.fresh({query_.certificate, other.signer().certificate()}, after(seconds(1))));
  EXPECT_FALSE(cache_.last({query_.certificate, other.signer().certificate()}));
  EXPECT_FALSE(cache_.fresh(ca_.query({}), after(seconds(1))));
}

TEST_F(StatusCacheTest, IsDueShortlyBeforeItsEnd) {
  cache_.keep(query_, status(Good), after(seconds(0)));
  EXPECT_EQ(due(limits::kOcspLife), 0U);  // nobody has used it
  EXPECT_TRUE(knows(seconds(1)));
  const auto begin = limits::kOcspLife - limits::kRevocationRenewal;
  EXPECT_EQ(due(begin - seconds(1)), 0U);
  EXPECT_EQ(due(begin), 1U);
  EXPECT_EQ(due(limits::kOcspLife), 1U);  // it is over, but was used lately
  EXPECT_EQ(due(limits::kRevocationUse + seconds(1)), 0U);
}

TEST_F(StatusCacheTest, AShortLifeIsRenewedInItsLastQuarter) {
  cache_.keep(query_, status(Good, seconds(400)), after(seconds(0)));
  EXPECT_TRUE(knows(seconds(1)));
  EXPECT_EQ(due(seconds(299)), 0U);
  EXPECT_EQ(due(seconds(300)), 1U);
  cache_.keep(query_, status(Unknown), after(seconds(300)));
  EXPECT_EQ(due(seconds(300)), 0U);
  EXPECT_EQ(due(seconds(300) + limits::kRevocationFailureLife), 1U);
}

TEST_F(StatusCacheTest, IsBoundedAndTheHotOneStays) {
  const auto root = ca_.signer().certificate();
  const Query hot{root, root};
  cache_.keep(hot, status(Good), after(seconds(0)));
  // Pairs of a few certificates make many keys.
  std::vector<x509::Certificate> certificates;
  for (std::size_t i = 0; i * i <= limits::kRevocationStatuses + 1'000; ++i) {
    certificates.push_back(ca_.query({}).certificate);
  }
  for (const auto& one : certificates) {
    for (const auto& other : certificates) {
      cache_.keep({one, other}, status(Good), after(seconds(0)));
      ASSERT_TRUE(cache_.fresh(hot, after(seconds(1))));
    }
  }
  EXPECT_EQ(cache_.size(), limits::kRevocationStatuses);
  EXPECT_FALSE(cache_.last({certificates.front(), certificates.front()}));
}

TEST_F(StatusCacheTest, RenewsNoMoreThanTheLimit) {
  for (std::size_t i = 0; i <= limits::kRevocationRenewed; ++i) {
    const auto query = ca_.query({});
    cache_.keep(query, status(Good), after(seconds(0)));
    cache_.fresh(query, after(seconds(0)));
  }
  EXPECT_EQ(due(limits::kOcspLife - seconds(1)), limits::kRevocationRenewed);
}

}  // namespace
}  // namespace countersign::revocation
