// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_tag.h"

#include "referrer_pages.h"

namespace countersign::registry {
namespace {

using test::answer;

class ReferrersTagTest : public ReferrersFixture {
 protected:
  // "list:ab", "absent:", "strange:", or an error's reason, for answers to all forms of the tag.
  std::string read(const std::vector<Result<net::Response>>& answers) {
    std::vector<Result<Reply>> replies;
    for (const auto& one : answers) {
      replies.push_back(one ? Result<Reply>(Reply{*one, repository_})
                            : std::unexpected(one.error()));
    }
    ReferrerCollection collection(kType);
    const auto kind = read_tags(std::move(replies), subject_, collection);
    if (!kind) {
      return std::string(wire_name(kind.error().reason));
    }
    const std::string name = *kind == TagAnswer::List     ? "list:"
                             : *kind == TagAnswer::Absent ? "absent:"
                                                          : "strange:";
    return name + letters(collection.take());
  }
};

TEST_F(ReferrersTagTest, AsksForTheTagThatSpellsTheDigest) {
  const auto gets = tag_requests(repository_, subject_).value();
  ASSERT_EQ(gets.size(), 1U);
  EXPECT_EQ(gets[0].url.text(), tag_);
  EXPECT_EQ(gets[0].kind, "referrersTag");
  EXPECT_EQ(gets[0].redirects, Redirects::SameOrigin);
}

// REG-37, BND-13
TEST_F(ReferrersTagTest, OnlyAnIndexIsAList) {
  const std::string manifest(oci::media_type::kOciManifest);
  const std::string docker(oci::media_type::kDockerList);
  EXPECT_EQ(read({page({entry("b"), entry("x", "other"), entry("a"), entry("b")})}), "list:ba");
  EXPECT_EQ(read({page({})}), "list:");
  EXPECT_EQ(read({answer(404)}), "absent:");
  EXPECT_EQ(read({answer(200, {{"content-type", manifest}}, "{}")}), "strange:");
  EXPECT_EQ(read({answer(200, {{"content-type", docker}}, index({entry("a")}))}), "strange:");
  EXPECT_EQ(read({answer(200, {{"content-type", kIndexType}}, "not JSON")}), "strange:");
  EXPECT_EQ(read({answer(200, {}, index({entry("a")}))}), "strange:");
}

// REG-20 in part: no request could be made of it.
TEST_F(ReferrersTagTest, AnEntryThatIsNoDescriptorSpoilsTheList) {
  auto bad = entry("a");
  bad.replace(bad.find("sha256:") + 7, 64, "../../../blobs/x");
  EXPECT_EQ(read({page({entry("b"), bad})}), "strange:");
}

// REG-36
TEST_F(ReferrersTagTest, TheImageItselfIsNoList) {
  const auto body = index({entry("a")});
  subject_ = digest(body);
  EXPECT_EQ(read({answer(200, {{"content-type", kIndexType}}, body)}), "strange:");
}

// REG-31, REG-33
TEST_F(ReferrersTagTest, AnythingElseIsAnError) {
  const struct {
    Result<net::Response> response;
    const char* expected;
  } rows[] = {{name_unknown(), "IMAGE_NOT_FOUND"},
              {answer(400), "REGISTRY_RESPONSE"},
              {answer(401), "REGISTRY_AUTH"},
              {answer(403), "REGISTRY_AUTH"},
              {answer(429), "REGISTRY_THROTTLED"},
              {answer(500), "REGISTRY_UNAVAILABLE"},
              {answer(206), "REGISTRY_RESPONSE"},
              {answer(303, {{"location", "https://web.test/"}}), "REGISTRY_RESPONSE"},
              {fail(Reason::DeadlineExceeded, ""), "DEADLINE_EXCEEDED"}};
  for (const auto& [response, expected] : rows) {
    EXPECT_EQ(read({response}), expected);
  }
}

// REG-46
TEST_F(ReferrersTagTest, ALongDigestHasTwoTags) {
  subject_ = oci::Digest::of(as_bytes("image"), crypto::HashAlgorithm::Sha512);
  const auto encoded = subject_.encoded();
  EXPECT_EQ(referrers_tags(subject_),
            (std::vector{"sha512-" + encoded, "sha512-" + encoded.substr(0, 64)}));
  const auto gets = tag_requests(repository_, subject_).value();
  ASSERT_EQ(gets.size(), 2U);
  EXPECT_EQ(gets[1].url.text(), base_ + "manifests/sha512-" + encoded.substr(0, 64));
  EXPECT_EQ(referrers_tags(digest("a")), std::vector{"sha256-" + digest("a").encoded()});

  EXPECT_EQ(read({page({entry("a")}), page({entry("b"), entry("a")})}), "list:ab");
  EXPECT_EQ(read({page({entry("a")}), answer(404)}), "list:a");
  EXPECT_EQ(read({page({entry("a")}), answer(500)}), "REGISTRY_UNAVAILABLE");
  for (const auto& no_such_tag : {answer(404), answer(400)}) {
    EXPECT_EQ(read({no_such_tag, page({entry("a")})}), "list:a");
    EXPECT_EQ(read({no_such_tag, answer(404)}), "absent:");
  }
  EXPECT_EQ(read({answer(404), answer(400)}), "REGISTRY_RESPONSE");
  EXPECT_EQ(read({answer(500), page({entry("a")})}), "REGISTRY_UNAVAILABLE");
}

}  // namespace
}  // namespace countersign::registry
