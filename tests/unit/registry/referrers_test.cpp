// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/registry/docker_config.h"

#include "registry/authenticator.h"
#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kType(oci::media_type::kNotarySignature);
const std::string kIndexType(oci::media_type::kOciIndex);

oci::Digest digest(std::string_view content) { return oci::Digest::of(as_bytes(content)); }

std::string entry(std::string_view content, std::string_view artifact_type = kType) {
  return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":3,"digest":")" +
         digest(content).text() + R"(","artifactType":")" + std::string(artifact_type) + R"("})";
}

std::string index(const std::vector<std::string>& entries) {
  std::string list;
  for (const auto& one : entries) {
    list += (list.empty() ? "" : ",") + one;
  }
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
         list + "]}";
}

net::Response page(const std::vector<std::string>& entries, const std::string& link = "") {
  auto response = answer(200, {{"content-type", kIndexType}}, index(entries));
  if (!link.empty()) {
    response.headers.push_back({"link", link});
  }
  return response;
}

class Referrers : public testing::Test {
 protected:
  Result<std::vector<oci::Descriptor>> list() {
    return list_referrers(session_, repository_, {subject_, kType}, clock_.in(minutes(1)));
  }
  // The digests' order, by the letters they were made of.
  std::string found() {
    const auto result = list();
    if (!result) {
      return std::string(wire_name(result.error().reason));
    }
    std::string letters;
    for (const auto& descriptor : *result) {
      for (const char letter : std::string("abcdef")) {
        letters += descriptor.digest == digest({&letter, 1}) ? std::string(1, letter) : "";
      }
    }
    return letters;
  }

  oci::Descriptor subject_{std::string(oci::media_type::kOciManifest), digest("image"), 5, "", {}};
  const std::string base_ = "https://h/v2/a/";
  const std::string api_ = base_ + "referrers/" + digest("image").text() +
                           "?artifactType=application%2Fvnd.cncf.notary.signature";  // REG-50
  const std::string tag_ = base_ + "manifests/sha256-" + digest("image").encoded();
  const net::Url repository_ = net::Url::parse(base_, Reason::Internal).value();
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<CredentialProvider> nobody_ = anonymous();
  Authenticator authenticator_{"h", {}, clock_};
  Session session_{authenticator_, nobody_, http_, oci::ImageRef::parse("h.test/a").value()};
};

// REG-27, REG-28, BND-15: filtered again whatever the registry says; REG-43: each once.
TEST_F(Referrers, ListsWhatHasTheTypeInTheRegistrysOrder) {
  auto response = page({entry("c"), entry("x", "application/other"), entry("a"), entry("c"),
                        entry("y", kType + ".dm-verity"), entry("z", "")});
  response.headers.push_back({"oci-filters-applied", "artifactType"});
  http_.expect(api_, response);
  EXPECT_EQ(found(), "ca");
}

// REG-29, BND-14
TEST_F(Referrers, AnEmptyListIsAnAnswer) {
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
      {answer(404, {}, R"({"errors":[{"code":"NAME_UNKNOWN"}]})"), "IMAGE_NOT_FOUND"},
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
    // And the same of the tag.
    if (!response || (response->status != 404 && response->status != 418)) {
      http_.expect(api_, answer(404)).expect(tag_, response);
      EXPECT_EQ(found(), expected);
    }
  }
}

// REG-37, BND-13
TEST_F(Referrers, ATagThatIsNoIndexIsNoList) {
  const std::string manifest(oci::media_type::kOciManifest);
  const std::string docker(oci::media_type::kDockerList);
  for (const auto& strange : {answer(200, {{"content-type", manifest}}, "{}"),
                              answer(200, {{"content-type", docker}}, index({entry("a")})),
                              answer(200, {{"content-type", kIndexType}}, "not JSON")}) {
    http_.expect(api_, answer(404)).expect(tag_, strange);
    EXPECT_EQ(found(), "");
    // Where both answers are strange, nothing was found out.
    http_.expect(api_, answer(200, {{"content-type", "text/html"}}, "")).expect(tag_, strange);
    EXPECT_EQ(found(), "REGISTRY_RESPONSE");
  }
}

// REG-36
TEST_F(Referrers, ATagThatAnswersTheImageItselfIsNoList) {
  const auto body = index({entry("a")});
  subject_.digest = digest(body);
  const auto api = base_ + "referrers/" + subject_.digest.text() +
                   "?artifactType=application%2Fvnd.cncf.notary.signature";
  http_.expect(api, answer(404))
      .expect(base_ + "manifests/sha256-" + subject_.digest.encoded(),
              answer(200, {{"content-type", kIndexType}}, body));
  EXPECT_EQ(found(), "");
}

// REG-46
TEST_F(Referrers, ALongDigestHasTwoTags) {
  subject_.digest = oci::Digest::of(as_bytes("image"), crypto::HashAlgorithm::Sha512);
  const auto tags = referrers_tags(subject_.digest);
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0], "sha512-" + subject_.digest.encoded());
  EXPECT_EQ(tags[1], "sha512-" + subject_.digest.encoded().substr(0, 64));
  EXPECT_EQ(referrers_tags(digest("a")), std::vector{"sha256-" + digest("a").encoded()});
  const auto api = base_ + "referrers/" + subject_.digest.text() +
                   "?artifactType=application%2Fvnd.cncf.notary.signature";
  for (const int absent : {404, 400}) {
    http_.expect(api, answer(404))
        .expect(base_ + "manifests/" + tags[0], answer(absent))
        .expect(base_ + "manifests/" + tags[1], page({entry("a")}));
    EXPECT_EQ(found(), "a");
  }
}

// REG-39
TEST_F(Referrers, ReadsAllPages) {
  const auto next = base_ + "referrers/" + digest("image").text();
  http_
      .expect(api_, page({entry("a")},
                         "</v2/a/referrers/" + digest("image").text() + "?n=2>; rel=\"next\""))
      .expect(next + "?n=2", page({entry("b"), entry("a")}, "<" + next + "?n=3>; rel=next"))
      .expect(next + "?n=3", page({entry("c")}, "<https://h:443/v2/a/referrers/x>; rel=\"prev\""));
  EXPECT_EQ(found(), "abc");
}

// REG-40, NET-10
TEST_F(Referrers, FollowsNoOtherLink) {
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

TEST_F(Referrers, PagesEnd) {
  const auto url = [&](std::size_t number) {
    return base_ + "referrers/x?n=" + std::to_string(number);
  };
  for (std::size_t number = 0; number < limits::kReferrersPages; ++number) {
    http_.expect(number == 0 ? api_ : url(number), page({}, "<" + url(number + 1) + ">; rel=next"));
  }
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
}

// REG-41
TEST_F(Referrers, AFailureOnALaterPageIsNotTheEndOfTheList) {
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
TEST_F(Referrers, MoreThanTheLimitIsAnError) {
  std::vector<std::string> entries;
  for (std::size_t number = 0; number < limits::kReferrers; ++number) {
    entries.push_back(entry(std::to_string(number)));
  }
  entries.push_back(entry("other", "application/other"));
  http_.expect(api_, page(entries));
  EXPECT_EQ(list()->size(), limits::kReferrers);
  entries.push_back(entry("one more"));
  http_.expect(api_, page(entries));
  EXPECT_EQ(found(), "REGISTRY_RESPONSE");
}

}  // namespace
}  // namespace countersign::registry
