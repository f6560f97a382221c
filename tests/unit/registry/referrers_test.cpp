// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers.h"

#include "countersign/base/limits.h"

#include "referrer_pages.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using test::answer;

class Referrers : public ReferrersFixture {
 protected:
  std::string found(ReferrersBy by = ReferrersBy::Auto) {
    return letters(
        list_referrers(session_, {repository_, by, tag_first_}, {subject_, kType}, soon()));
  }
  TagFirst tag_first_{clock_};
};

// REG-29, BND-14
TEST_F(Referrers, AListIsTheAnswerHoweverShort) {
  http_.expect(api_, page({entry("c"), entry("a")}));
  EXPECT_EQ(found(), "ca");
  http_.expect(api_, page({}));
  EXPECT_EQ(found(), "");
}

// REG-30, REG-32, REG-34, REG-35, BND-14
// NV-W08, with all that follows: fallback, filter or error, as fits.
TEST_F(Referrers, ADefiniteNoLeadsToTheTag) {
  const net::Response rows[] = {
      answer(404),
      answer(404, {}, R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})"),
      answer(404, {{"content-type", "text/html"}}, "<html>"),
      answer(400),
      answer(405),
      answer(406),
      answer(501),
      answer(303, {{"location", "https://web.test/"}}),
      answer(200, {{"content-type", std::string(oci::media_type::kOciManifest)}}, "{}"),
      answer(200, {{"content-type", "text/html"}}, "<html>"),
      answer(200, {{"content-type", kIndexType}}, "[]"),
      answer(200, {}, index({entry("x")})),
  };
  for (const auto& row : rows) {
    http_.expect(api_, row).expect(tag_, page({entry("b"), entry("x", "other")}));
    EXPECT_EQ(found(), "b") << row.status << row.body;
    tag_first_.end();
    http_.expect(api_, row).expect(tag_, answer(404));
    EXPECT_EQ(found(), "") << row.status << row.body;
  }
}

// REG-31, REG-33, BND-14
TEST_F(Referrers, AnythingElseIsAnError) {
  const struct {
    Result<net::Response> response;
    const char* expected;
  } rows[] = {
      {name_unknown(), "IMAGE_NOT_FOUND"},
      {answer(401), "REGISTRY_AUTH"},
      {answer(403), "REGISTRY_AUTH"},
      {answer(429), "REGISTRY_THROTTLED"},
      {answer(408), "REGISTRY_UNAVAILABLE"},
      {answer(500), "REGISTRY_UNAVAILABLE"},
      {answer(502), "REGISTRY_UNAVAILABLE"},
      {answer(503), "REGISTRY_UNAVAILABLE"},
      {answer(204), "REGISTRY_RESPONSE"},
      {answer(206), "REGISTRY_RESPONSE"},
      {answer(418), "REGISTRY_RESPONSE"},
      {fail(Reason::DeadlineExceeded, ""), "DEADLINE_EXCEEDED"},
      {fail(Reason::RegistryUnavailable, ""), "REGISTRY_UNAVAILABLE"},
      {fail(Reason::RegistryResponse, ""), "REGISTRY_RESPONSE"},
      {fail(Reason::AddressNotAllowed, ""), "ADDRESS_NOT_ALLOWED"},
  };
  for (const auto& [response, expected] : rows) {
    http_.expect(api_, response);
    EXPECT_EQ(found(), expected);
    http_.expect(api_, answer(404)).expect(tag_, response);
    EXPECT_EQ(found(), expected);
    // An error of either is an error of both, whatever the other one has.
    http_.expect(tag_, response).expect(api_, page({entry("a")}));
    EXPECT_EQ(found(ReferrersBy::Both), expected);
    http_.expect(tag_, page({entry("a")})).expect(api_, response);
    EXPECT_EQ(found(ReferrersBy::Both), expected);
  }
}

// REG-37, BND-13
TEST_F(Referrers, WhereBothAnswersAreStrangeNothingWasFoundOut) {
  const auto html = answer(200, {{"content-type", "text/html"}}, "");
  http_.expect(api_, answer(404)).expect(tag_, html);
  EXPECT_EQ(found(), "");
  http_.expect(api_, html).expect(tag_, answer(404));
  EXPECT_EQ(found(), "");
  http_.expect(api_, html).expect(tag_, html);
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
  http_.expect(tag_, html).expect(api_, html);
  EXPECT_EQ(found(ReferrersBy::Both), "REGISTRY_RESPONSE");
}

TEST_F(Referrers, TheApiAloneMustBeThere) {
  http_.expect(api_, page({entry("a")}));
  EXPECT_EQ(found(ReferrersBy::Api), "a");
  for (const auto& no : {answer(404), answer(400), answer(200, {{"content-type", "text/html"}})}) {
    http_.expect(api_, no);
    EXPECT_EQ(found(ReferrersBy::Api), "REGISTRY_RESPONSE");
  }
}

TEST_F(Referrers, TheTagAloneIsAskedForWhenThatIsConfigured) {
  http_.expect(tag_, page({entry("a")}));
  EXPECT_EQ(found(ReferrersBy::Tag), "a");
  http_.expect(tag_, answer(404));
  EXPECT_EQ(found(ReferrersBy::Tag), "");
}

// REG-47: each digest once; REG-29: also when the API's list is empty.
TEST_F(Referrers, BothAreAskedAtOnceAndJoined) {
  http_.expect(tag_, page({entry("c"), entry("b")})).expect(api_, page({entry("a"), entry("b")}));
  EXPECT_EQ(found(ReferrersBy::Both), "abc");
  EXPECT_EQ(http_.batches(), std::vector<std::size_t>{2});
  http_.expect(tag_, page({entry("c")})).expect(api_, page({}));
  EXPECT_EQ(found(ReferrersBy::Both), "c");
  http_.expect(tag_, page({entry("c")})).expect(api_, answer(404));
  EXPECT_EQ(found(ReferrersBy::Both), "c");
  http_.expect(tag_, answer(404)).expect(api_, page({entry("a")}));
  EXPECT_EQ(found(ReferrersBy::Both), "a");
}

// REG-49
TEST_F(Referrers, ARegistryWithoutTheApiIsAskedForTheTagFirstForAWhile) {
  http_.expect(api_, answer(404)).expect(tag_, page({entry("a")}));
  EXPECT_EQ(found(), "a");
  clock_.advance(limits::kReferrersTagLife - milliseconds(1));
  http_.expect(tag_, page({entry("a")}));
  EXPECT_EQ(found(), "a");
  clock_.advance(milliseconds(1));  // what was found in between has not renewed it
  http_.expect(api_, page({entry("b")}));
  EXPECT_EQ(found(), "b");
}

// REG-49: the tag alone never says that there is nothing.
TEST_F(Referrers, NothingUnderTheTagIsNoAnswer) {
  tag_first_.begin();
  for (const auto& nothing : {answer(404), page({}), page({entry("x", "application/other")})}) {
    http_.expect(tag_, nothing).expect(api_, answer(404));
    EXPECT_EQ(found(), "");
    http_.expect(tag_, nothing).expect(api_, answer(500));
    EXPECT_EQ(found(), "REGISTRY_UNAVAILABLE");
    tag_first_.begin();
    http_.expect(tag_, nothing).expect(api_, page({entry("b")}));
    EXPECT_EQ(found(), "b");
    http_.expect(api_, page({entry("b")}));  // it has the API now
    EXPECT_EQ(found(), "b");
    tag_first_.begin();
  }
  http_.expect(tag_, answer(429));
  EXPECT_EQ(found(), "REGISTRY_THROTTLED");
}

TEST_F(Referrers, NothingElseMakesTheTagComeFirst) {
  const auto html = answer(200, {{"content-type", "text/html"}});
  for (const auto& [api, tag] : {std::pair{answer(404), answer(404)}, std::pair{answer(404), html},
                                 std::pair{html, page({entry("a")})}}) {
    http_.expect(api_, api).expect(tag_, tag);
    found();
    EXPECT_FALSE(tag_first_.holds());
  }
  http_.expect(tag_, page({entry("a")})).expect(api_, answer(404));
  found(ReferrersBy::Both);
  http_.expect(tag_, page({entry("a")}));
  found(ReferrersBy::Tag);
  EXPECT_FALSE(tag_first_.holds());
}

}  // namespace
}  // namespace countersign::registry
