// SPDX-License-Identifier: Apache-2.0
#include "revocation/distribution_point.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "world.h"

namespace countersign::revocation {
namespace {

using Asked = std::vector<std::string>;
using test::CrlSpec;

constexpr auto kBase = "http://list.test/base.crl";
constexpr auto kOne = "http://one.test/delta.crl";
constexpr auto kTwo = "http://two.test/delta.crl";
constexpr auto kUnknown = "REVOCATION_UNKNOWN";

struct Reading {  // a distribution point as World leads it
  DistributionPoint point;
  std::vector<Source> wanted() const {
    return point.wanted() ? std::vector<Source>{*point.wanted()} : std::vector<Source>{};
  }
  void take(std::span<const Result<Finding>> findings) { point.take(findings.front()); }
};

class DistributionPointTest : public testing::Test {
 protected:
  std::string ask() {
    outcome_ = world_.lead(Reading{DistributionPoint(kBase, query_, kNow)}).point.outcome();
    return kind_of(outcome_);
  }
  std::string ask(CrlSpec base) {
    world_.put(kBase, ca_.list(base));
    return ask();
  }
  std::vector<test::CrlEntrySpec> entry(std::optional<int> reason) const {
    return {test::revoked(query_.certificate, reason)};
  }
  static CrlSpec announcing(std::vector<std::string> urls) {
    return {.delta_urls = std::move(urls)};
  }
  static CrlSpec delta() { return {.number = 2, .delta_base = 1}; }

  Authority ca_;
  Query query_ = ca_.query({}, {kBase});
  World world_;
  Result<RevocationStatus> outcome_;
};

TEST_F(DistributionPointTest, WithoutDeltaTheBaseSaysAll) {
  EXPECT_EQ(ask(CrlSpec{}), "good");
  EXPECT_TRUE(outcome_->detail.starts_with("list.test: "));
  EXPECT_EQ(ask(CrlSpec{.entries = entry(test::kKeyCompromise)}), "revoked");
  EXPECT_TRUE(outcome_->detail.starts_with("list.test: "));
  world_.put(kBase, down());
  EXPECT_EQ(ask(), kUnknown);
}

TEST_F(DistributionPointTest, ABaseThatIsADeltaIsNone) { EXPECT_EQ(ask(delta()), kUnknown); }

TEST_F(DistributionPointTest, ReadsTheDeltaThatIsAnnounced) {
  auto revoking = delta();
  revoking.entries = entry(test::kKeyCompromise);
  world_.put(kOne, ca_.list(revoking));
  EXPECT_EQ(ask(announcing({kOne, kTwo})), "revoked");
  EXPECT_EQ(world_.asked(), (Asked{kBase, kOne}));
  auto soon_over = delta();
  soon_over.next_update = kSoonOver;
  world_.put(kOne, ca_.list(soon_over));
  EXPECT_EQ(ask(announcing({kOne, kTwo})), "good");
  EXPECT_EQ(outcome_->fresh_until, kSoonOver);
}

TEST_F(DistributionPointTest, ADeltaReleasesWhatTheBaseHolds) {
  auto base = announcing({kOne});
  base.entries = entry(test::kCertificateHold);
  auto releasing = delta();
  releasing.entries = entry(test::kRemoveFromCrl);
  releasing.entries.front().revoked += std::chrono::hours(1);
  world_.put(kOne, ca_.list(releasing));
  EXPECT_EQ(ask(base), "good");
}

TEST_F(DistributionPointTest, TriesTheDeltasInTurnUntilOneWorks) {
  auto over = delta();
  over.next_update = kOver;
  auto older = delta();
  older.number = 1;
  world_.put(kTwo, ca_.list(delta()));
  for (const auto& bad : {down(), ca_.list(over), ca_.list(older), ca_.list()}) {
    world_.put(kOne, bad);
    EXPECT_EQ(ask(announcing({kOne, kTwo})), "good");
    EXPECT_EQ(world_.asked().back(), kTwo);
  }
  EXPECT_EQ(ask(announcing({"ldap://one.test/", kTwo})), "good");
}

TEST_F(DistributionPointTest, WithoutTheDeltaTheBaseOnlyCountsWhenItRevokes) {
  world_.put(kOne, down());
  EXPECT_EQ(ask(announcing({kOne})), kUnknown);
  EXPECT_EQ(ask(announcing({"https://one.test/"})), kUnknown);
  auto base = announcing({kOne});
  base.entries = entry(test::kKeyCompromise);
  base.entries.front().invalid_since = test::kRevokedAt;
  EXPECT_EQ(ask(base), "revoked");
  EXPECT_EQ(outcome_->since, std::nullopt);
}

TEST_F(DistributionPointTest, TriesNoMoreDeltasThanTheLimit) {
  std::vector<std::string> urls;
  for (std::size_t i = 0; i <= limits::kRevocationUrls; ++i) {
    urls.push_back("http://" + std::to_string(i) + ".test/");
    world_.put(urls.back(), i < limits::kRevocationUrls ? down() : ca_.list(delta()));
  }
  EXPECT_EQ(ask(announcing(urls)), kUnknown);
  EXPECT_EQ(world_.asked().size(), 1 + limits::kRevocationUrls);
}

TEST_F(DistributionPointTest, TheTimeIsUp) {
  world_.put(kBase, too_late());
  EXPECT_EQ(ask(), "DEADLINE_EXCEEDED");
  world_.put(kOne, too_late());
  EXPECT_EQ(ask(announcing({kOne, kTwo})), "DEADLINE_EXCEEDED");
  EXPECT_EQ(world_.asked().back(), kOne);
}

// A list that is too old proves what it revokes, and nothing else; one from the future, nothing.
TEST_F(DistributionPointTest, AListOutOfDateOnlyCountsWhenItRevokes) {
  CrlSpec over{.entries = entry(test::kKeyCompromise), .next_update = kOver};
  EXPECT_EQ(ask(over), "revoked");
  EXPECT_EQ(outcome_->fresh_until, kOver);
  over.entries.clear();
  EXPECT_EQ(ask(over), kUnknown);
  EXPECT_EQ(ask({.entries = entry(test::kKeyCompromise), .this_update = kSoonOver}), kUnknown);
}

}  // namespace
}  // namespace countersign::revocation
