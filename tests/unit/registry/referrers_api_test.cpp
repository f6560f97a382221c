// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_api.h"

#include "countersign/base/limits.h"

#include "referrer_pages.h"

namespace countersign::registry {
namespace {

using test::answer;

class ReferrersApiTest : public ReferrersFixture {
 protected:
  // "list:ab", "absent:", "garbled:", or an error's reason.
  std::string found() {
    const ReferrersApi api(repository_, subject_, kType);
    ReferrerCollection collection(kType);
    auto first = session_.send(api.first_page().value(), soon());
    const auto kind = api.read(std::move(first), session_, soon(), collection);
    if (!kind) {
      return std::string(wire_name(kind.error().reason));
    }
    const std::string name = *kind == ApiAnswer::List     ? "list:"
                             : *kind == ApiAnswer::Absent ? "absent:"
                                                          : "garbled:";
    return name + letters(collection.take());
  }
};

// REG-27, REG-28, BND-15: filtered again whatever the registry says; REG-43: each once.
// REG-44 in part: without a type, or with another one, it is not what was asked for.
TEST_F(ReferrersApiTest, ListsWhatHasTheTypeInTheRegistrysOrder) {
  auto response = page({entry("c"), entry("x", "application/other"), entry("a"), entry("c"),
                        entry("y", kType + ".dm-verity"), entry("z", "")});
  for (const char* applied : {"artifactType", "annotation", "artifactType,foo"}) {
    response.headers.push_back({"oci-filters-applied", applied});
    http_.expect(api_, response);
    EXPECT_EQ(found(), "list:ca");
  }
  EXPECT_EQ(http_.seen()[0].kind, "referrers");
  EXPECT_EQ(test::header_of(http_.seen()[0], "Accept"), kIndexType);
}

// REG-29
TEST_F(ReferrersApiTest, AnEmptyListIsAnAnswer) {
  http_.expect(api_, page({}));
  EXPECT_EQ(found(), "list:");
}

// REG-39
TEST_F(ReferrersApiTest, ReadsAllPages) {
  const auto next = base_ + "referrers/" + digest("image").text();
  http_
      .expect(api_, page({entry("a")},
                         "</v2/a/referrers/" + digest("image").text() + "?n=2>; rel=\"next\""))
      .expect(next + "?n=2", page({entry("b"), entry("a")}, "<" + next + "?n=3>; rel=next"))
      .expect(next + "?n=3", page({entry("c")}, "<https://h:443/v2/a/referrers/x>; rel=\"prev\""));
  EXPECT_EQ(found(), "list:abc");
}

// REG-40, NET-10
TEST_F(ReferrersApiTest, FollowsNoOtherLink) {
  for (const std::string& target :
       {std::string("https://evil.test/v2/a/referrers/x"), std::string("http://h/v2/a/referrers/x"),
        std::string("https://h:444/v2/a/referrers/x"), std::string("/v2/other/referrers/x"),
        std::string("/v2/a/manifests/x"), std::string("/v2/a/referrers/../../other/referrers/x"),
        std::string("/v2/a/referrers/%2e%2e/x"), std::string("/v2/a/referrers/%2E%2E%2Fx"), api_}) {
    http_.expect(api_, page({entry("a")}, "<" + target + ">; rel=\"next\""));
    EXPECT_EQ(found(), "REGISTRY_RESPONSE") << target;
  }
  http_.expect(api_, page({entry("a")}, "garbage"));
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
}

TEST_F(ReferrersApiTest, PagesEnd) {
  const auto url = [&](std::size_t number) {
    return base_ + "referrers/x?n=" + std::to_string(number);
  };
  for (std::size_t number = 0; number < limits::kReferrersPages; ++number) {
    http_.expect(number == 0 ? api_ : url(number), page({}, "<" + url(number + 1) + ">; rel=next"));
  }
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
}

// REG-41
TEST_F(ReferrersApiTest, AFailureOnALaterPageIsNotTheEndOfTheList) {
  const auto first = page({entry("a")}, "</v2/a/referrers/x?n=2>; rel=next");
  const struct {
    net::Response second;
    const char* expected;
  } rows[] = {{answer(404), "IMAGE_NOT_FOUND"},
              {answer(500), "REGISTRY_UNAVAILABLE"},
              {answer(303, {{"location", "https://web.test/"}}), "REGISTRY_RESPONSE"},
              {answer(200, {{"content-type", "text/html"}}, ""), "REGISTRY_RESPONSE"}};
  for (const auto& [second, expected] : rows) {
    http_.expect(api_, first).expect("https://h/v2/a/referrers/x?n=2", second);
    EXPECT_EQ(found(), expected);
  }
}

// REG-42
TEST_F(ReferrersApiTest, MoreThanTheLimitIsAnError) {
  std::vector<std::string> entries;
  for (std::size_t number = 0; number < limits::kReferrers; ++number) {
    entries.push_back(entry(std::to_string(number)));
  }
  entries.push_back(entry("other", "application/other"));
  http_.expect(api_, page(entries));
  EXPECT_EQ(found(), "list:");
  entries.push_back(entry("one more"));
  http_.expect(api_, page(entries));
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
}

}  // namespace
}  // namespace countersign::registry
