// SPDX-License-Identifier: Apache-2.0
#include "revocation/inquiry.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "world.h"

namespace countersign::revocation {
namespace {

using enum RevocationStatus::Kind;
using Asked = std::vector<std::string>;

constexpr auto kOne = "http://one.test/ocsp";
constexpr auto kTwo = "http://two.test/ocsp";
constexpr auto kList = "http://list.test/ca.crl";
constexpr auto kUnknown = "REVOCATION_UNKNOWN";

class InquiryTest : public testing::Test {
 protected:
  std::string ask(const Query& query) {
    outcome_ = world_.lead(Inquiry(query, kNow)).outcome();
    EXPECT_TRUE(outcome_);
    return outcome_ ? kind_of(*outcome_) : "";
  }
  Result<Finding> revoking(const Query& query) const {
    return ca_.list({.entries = {test::revoked(query.certificate, test::kKeyCompromise)}});
  }

  Authority ca_;
  World world_;
  std::optional<Result<RevocationStatus>> outcome_;
};

// NV-R12
TEST_F(InquiryTest, AsksRespondersInTurnUntilOneAnswers) {
  world_.put(kOne, down()).put(kTwo, says(Good));
  EXPECT_EQ(ask(ca_.query({kOne, kTwo}, {kList})), "good");
  EXPECT_EQ(world_.asked(), (Asked{kOne, kTwo}));
}

// NV-R12: "unknown" is an answer, so the next responder isn't asked.
TEST_F(InquiryTest, AResponderThatDoesNotKnowEndsTheRound) {
  world_.put(kOne, says(Unknown)).put(kTwo, says(Good));
  EXPECT_EQ(ask(ca_.query({kOne, kTwo})), "unknown");
  EXPECT_EQ(world_.asked(), Asked{kOne});
}

TEST_F(InquiryTest, ARevocationByOcspNeedsNoList) {
  world_.put(kOne, says(Revoked));
  EXPECT_EQ(ask(ca_.query({kOne, kTwo}, {kList})), "revoked");
  EXPECT_EQ(world_.asked(), Asked{kOne});
  EXPECT_TRUE((*outcome_)->detail.starts_with("one.test: ")) << (*outcome_)->detail;
}

// NV-R03: with a list to turn to; the case without one stands above.
TEST_F(InquiryTest, TurnsToTheListsWhenTheResponderDoesNotKnow) {
  const auto query = ca_.query({kOne}, {kList});
  world_.put(kOne, says(Unknown)).put(kList, ca_.list());
  EXPECT_EQ(ask(query), "good");
  world_.put(kList, revoking(query));
  EXPECT_EQ(ask(query), "revoked");
  world_.put(kList, down());
  EXPECT_EQ(ask(query), kUnknown);
}

TEST_F(InquiryTest, TurnsToTheListsWhenNoResponderAnswers) {
  const auto query = ca_.query({kOne, kTwo}, {kList});
  world_.put(kOne, down()).put(kTwo, down()).put(kList, revoking(query));
  EXPECT_EQ(ask(query), "revoked");
  EXPECT_EQ(world_.asked(), (Asked{kOne, kTwo, kList}));
}

TEST_F(InquiryTest, NamesTheTroubleWithEachStage) {
  world_.put(kOne, down("cause one")).put(kList, down("cause two"));
  EXPECT_EQ(ask(ca_.query({kOne}, {kList})), kUnknown);
  EXPECT_EQ(outcome_->error().detail, "cause one; cause two");
  EXPECT_EQ(ask(ca_.query({kOne})), kUnknown);
  EXPECT_EQ(outcome_->error().detail, "cause one");
  EXPECT_EQ(ask(ca_.query({})), kUnknown);
}

// NV-R10
TEST_F(InquiryTest, NeverAsksWhatIsNotPlainHttp) {
  for (const char* url :
       {"https://one.test/", "ldap://one.test/cn=ca", "file:///etc/ca.crl", "ftp://one.test/ca.crl",
        "/ca.crl", "one.test/ca.crl", "http://", "http://user:password@one.test/"}) {
    EXPECT_EQ(ask(ca_.query({url})), kUnknown) << url;
    EXPECT_EQ(ask(ca_.query({}, {url})), kUnknown) << url;
  }
  EXPECT_EQ(world_.asked(), Asked{});
  world_.put(kTwo, says(Good));
  EXPECT_EQ(ask(ca_.query({"https://one.test/", kTwo})), "good");
}

TEST_F(InquiryTest, AsksNoMoreRespondersThanTheLimit) {
  std::vector<std::string> urls;
  for (std::size_t i = 0; i <= limits::kRevocationUrls; ++i) {
    urls.push_back("http://" + std::to_string(i) + ".test/");
    world_.put(urls.back(), i < limits::kRevocationUrls ? down() : says(Good));
  }
  EXPECT_EQ(ask(ca_.query(urls)), kUnknown);
  EXPECT_EQ(world_.asked().size(), limits::kRevocationUrls);
}

TEST_F(InquiryTest, EndsWhenTheTimeIsUp) {
  world_.put(kOne, too_late()).put(kTwo, says(Good)).put(kList, too_late());
  EXPECT_EQ(ask(ca_.query({kOne, kTwo}, {kList})), "DEADLINE_EXCEEDED");
  EXPECT_EQ(world_.asked(), Asked{kOne});
  EXPECT_EQ(ask(ca_.query({}, {kList})), "DEADLINE_EXCEEDED");
}

class DelegateTest : public InquiryTest {  // he does not say ocsp-nocheck
 protected:
  x509::Certificate delegate(std::vector<std::string> lists) const {
    return ca_.issue({}, std::move(lists)).certificate();
  }
  Result<Finding> list_with(const x509::Certificate& certificate) const {
    return ca_.list({.entries = {test::revoked(certificate)}});
  }
  static constexpr auto kOwn = "http://list.test/delegates.crl";
};

TEST_F(DelegateTest, IsAcceptedWhenHeNamesNoList) {
  world_.put(kOne, says(Good, delegate({})));
  EXPECT_EQ(ask(ca_.query({kOne}, {kList})), "good");
}

TEST_F(DelegateTest, CountsOnceHisListsSayThatHeIsGood) {
  world_.put(kOne, says(Good, delegate({kOwn}))).put(kOwn, ca_.list({.next_update = kSoonOver}));
  EXPECT_EQ(ask(ca_.query({kOne})), "good");
  EXPECT_EQ(world_.asked(), (Asked{kOne, kOwn}));
  EXPECT_EQ((*outcome_)->fresh_until, kSoonOver);
}

TEST_F(DelegateTest, IsNotBelievedWhenHeIsRevokedOrCantBeChecked) {
  const auto revoked = delegate({kOwn});
  world_.put(kOne, says(Good, revoked)).put(kOwn, list_with(revoked)).put(kTwo, says(Good));
  EXPECT_EQ(ask(ca_.query({kOne})), kUnknown);
  EXPECT_EQ(ask(ca_.query({kOne, kTwo})), "good");
  EXPECT_EQ(world_.asked(), (Asked{kOne, kOwn, kOne, kOwn, kTwo}));
  world_.put(kOwn, down());
  EXPECT_EQ(ask(ca_.query({kOne})), kUnknown);
  world_.put(kOne, says(Good, delegate({"ldap://list.test/"})));
  EXPECT_EQ(ask(ca_.query({kOne})), kUnknown);
  const auto query = ca_.query({kOne}, {kList});
  world_.put(kList, revoking(query));
  EXPECT_EQ(ask(query), "revoked");
}

TEST_F(DelegateTest, IsBelievedAtOnceWithBadNews) {
  world_.put(kOne, says(Revoked, delegate({kOwn})));
  EXPECT_EQ(ask(ca_.query({kOne}, {kList})), "revoked");
  world_.put(kOne, says(Unknown, delegate({kOwn})));
  EXPECT_EQ(ask(ca_.query({kOne})), "unknown");
}

TEST_F(DelegateTest, TheTimeIsUpWhileHeIsChecked) {
  world_.put(kOne, says(Good, delegate({kOwn}))).put(kOwn, too_late());
  EXPECT_EQ(ask(ca_.query({kOne, kTwo}, {kList})), "DEADLINE_EXCEEDED");
}

}  // namespace
}  // namespace countersign::revocation
