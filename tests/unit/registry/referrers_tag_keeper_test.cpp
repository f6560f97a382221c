// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_tag_keeper.h"

#include <deque>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"
#include "countersign/oci/manifest.h"
#include "countersign/registry/docker_config.h"

#include "support/fixed_clock.h"
#include "support/patience.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using test::answer;

const std::string kIndex(oci::media_type::kOciIndex);
const std::string kV2 = "https://h.test/v2/a/";

// Each request takes as long as is listed; those that are not listed, no time.
class SlowTransport final : public net::HttpTransport {
 public:
  SlowTransport(net::HttpTransport& transport, test::FixedClock& clock)
      : transport_(transport), clock_(clock) {}
  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline deadline) override {
    if (!takes.empty()) {
      clock_.advance(takes.front());
      takes.pop_front();
    }
    return transport_.send_all(requests, deadline);
  }
  std::deque<milliseconds> takes;

 private:
  net::HttpTransport& transport_;
  test::FixedClock& clock_;
};

oci::Descriptor referrer(std::string_view content) {
  return {"a/type", oci::Digest::of(as_bytes(content)), content.size(), "an/artifact", {}};
}

std::string list_of(const std::vector<std::string>& contents) {
  auto index = ReferrerIndex::empty();
  for (const auto& each : contents) {
    EXPECT_TRUE(index.add(entry_of(referrer(each))));
  }
  return index.text();
}
net::Response index_of(const std::vector<std::string>& contents) {
  return answer(200, {{"content-type", kIndex}}, list_of(contents));
}

class ReferrersTagKeeperTest : public testing::Test {
 protected:
  Result<void> list(milliseconds budget = minutes(10)) {
    ReferrersTagKeeper keeper({session_, patience_, clock_}, repository_, subject_);
    return keeper.list(referrer("mine"), clock_.in(budget));
  }
  Reason reason() {
    const auto listed = list();
    EXPECT_FALSE(listed);
    return listed ? Reason::Internal : listed.error().reason;
  }
  void expect(const net::Response& response) { http_.expect(tag_, response); }
  void expect_absent() {  // twice: once is no proof
    expect(answer(404));
    expect(answer(404));
  }
  void expect_looks(const std::vector<std::string>& contents) {
    for (int look = 0; look < limits::kTagLooks; ++look) {
      expect(index_of(contents));
    }
  }
  // The bodies of all PUTs.
  std::vector<std::string> written() const {
    std::vector<std::string> bodies;
    for (const auto& request : http_.seen()) {
      if (request.method == net::Method::Put) {
        EXPECT_EQ(request.url, tag_);
        EXPECT_EQ(test::header_of(request, "Content-Type"), kIndex);
        bodies.push_back(request.body);
      }
    }
    return bodies;
  }

  oci::Digest subject_ = oci::Digest::of(as_bytes("image"));
  std::string tag_ = kV2 + "manifests/sha256-" + subject_.encoded();
  test::FixedClock clock_;
  test::Patience patience_{clock_};
  test::ScriptedTransport http_;
  SlowTransport slow_{http_, clock_};
  net::Url repository_ = net::Url::parse(kV2, Reason::Internal).value();
  Authenticator authenticator_{"h.test", {}, clock_};
  Session session_{authenticator_, anonymous(), slow_, {}, oci::ImageRef::parse("h.test/a").value(),
                   Access::Push};
};

TEST_F(ReferrersTagKeeperTest, MakesTheTagAndSeesThatItStays) {
  expect_absent();
  expect(answer(201));
  expect_looks({"mine"});
  const auto listed = list();
  ASSERT_TRUE(listed) << listed.error().detail;
  EXPECT_EQ(written(), std::vector{list_of({"mine"})});
  EXPECT_EQ(patience_.waits(),
            std::vector<milliseconds>(limits::kTagLooks, limits::kTagWriteWindow));
}

TEST_F(ReferrersTagKeeperTest, AddsToWhatIsThere) {
  expect(index_of({"a", "b"}));
  expect(answer(201));
  expect_looks({"a", "b", "mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written(), std::vector{list_of({"a", "b", "mine"})});
}

TEST_F(ReferrersTagKeeperTest, WritesNothingWhereItIsListed) {
  expect(index_of({"mine", "a"}));
  expect_looks({"mine", "a"});
  ASSERT_TRUE(list());
  EXPECT_TRUE(written().empty());
}

TEST_F(ReferrersTagKeeperTest, ATagThatIsAbsentForAMomentIsNotMadeAnew) {
  expect(answer(404));
  expect(index_of({"a"}));
  expect(answer(201));
  expect_looks({"a", "mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written(), std::vector{list_of({"a", "mine"})});
}

// Somebody had read the tag before we wrote it, and wrote it after us.
TEST_F(ReferrersTagKeeperTest, WhatAnotherDroppedIsWrittenAgain) {
  for (int lost_at = 0; lost_at < limits::kTagLooks; ++lost_at) {
    expect(index_of({"a"}));
    expect(answer(201));
    for (int look = 0; look < lost_at; ++look) {
      expect(index_of({"a", "mine"}));
    }
    expect(index_of({"a", "b"}));
    expect(index_of({"a", "b"}));
    expect(answer(201));
    expect_looks({"a", "b", "mine"});
    ASSERT_TRUE(list());
    EXPECT_EQ(written().back(), list_of({"a", "b", "mine"}));
  }
}

TEST_F(ReferrersTagKeeperTest, TheWaitBetweenGrowsAndIsRandom) {
  expect(index_of({"a"}));
  for (int attempt = 0; attempt < 7; ++attempt) {
    expect(answer(409));
    expect(index_of({"a"}));
  }
  expect(answer(201));
  expect_looks({"a", "mine"});
  ASSERT_TRUE(list());
  const std::vector<int> expected{100, 200, 400, 800, 1'600, 3'200, 4'000};
  for (std::size_t attempt = 0; attempt < expected.size(); ++attempt) {
    EXPECT_EQ(patience_.waits().at(attempt), milliseconds(expected[attempt]));
  }
}

TEST_F(ReferrersTagKeeperTest, ItEnds) {
  for (int attempt = 0; attempt < limits::kTagAttempts; ++attempt) {
    expect(index_of({"a"}));
    expect(answer(409));
  }
  EXPECT_EQ(reason(), Reason::RegistryUnavailable);
}

// b, which its writer does not look for again, is dropped with ours.
TEST_F(ReferrersTagKeeperTest, WhatWasSeenIsPutBackWhileItIsThere) {
  expect(index_of({"a", "b", "c"}));
  expect(answer(201));
  expect(index_of({"a", "d"}));
  expect(index_of({"a", "d"}));
  std::map<std::string, int> status{{"b", 200}, {"c", 404}};
  std::map<std::string, std::string> by_digest;
  for (const char* name : {"b", "c"}) {
    by_digest[oci::Digest::of(as_bytes(name)).text()] = name;
  }
  for (const auto& [digest, name] : by_digest) {
    http_.expect(kV2 + "manifests/" + digest, answer(status[name]));
  }
  expect(answer(201));
  expect_looks({"a", "d", "mine", "b"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written().back(), list_of({"a", "d", "mine", "b"}));
}

TEST_F(ReferrersTagKeeperTest, WhoWasSlowReadsAgain) {
  slow_.takes = {limits::kTagWriteWindow + milliseconds(1)};
  expect(index_of({"a"}));
  expect(index_of({"a", "b"}));
  expect(answer(201));
  expect_looks({"a", "b", "mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written(), std::vector{list_of({"a", "b", "mine"})});
}

TEST_F(ReferrersTagKeeperTest, WritingHasItsTime) {
  expect_absent();
  expect(answer(201));
  expect_looks({"mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(http_.seen().at(2).wait, milliseconds(limits::kTagWriteWindow));
}

TEST_F(ReferrersTagKeeperTest, WhatWasNotAnsweredMayHaveBeenWritten) {
  expect(index_of({"a"}));
  http_.expect(tag_, fail(Reason::RegistryUnavailable, ""));
  expect(index_of({"a", "mine"}));
  expect_looks({"a", "mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written().size(), 1U);
}

TEST_F(ReferrersTagKeeperTest, ARegistryThatHasNoTimeIsAskedAgain) {
  for (const int status : {408, 409, 412, 429, 500, 502, 503, 504}) {
    expect(index_of({"a"}));
    expect(answer(status));
    expect(index_of({"a"}));
    expect(answer(201));
    expect_looks({"a", "mine"});
    EXPECT_TRUE(list()) << status;
  }
}

TEST_F(ReferrersTagKeeperTest, ARegistryThatRefusesIsNot) {
  for (const auto& [status, expected] : std::map<int, Reason>{{200, Reason::RegistryResponse},
                                                              {202, Reason::RegistryResponse},
                                                              {307, Reason::RegistryResponse},
                                                              {400, Reason::RegistryResponse},
                                                              {403, Reason::RegistryAuth},
                                                              {404, Reason::ImageNotFound},
                                                              {405, Reason::RegistryResponse}}) {
    expect(index_of({"a"}));
    expect(answer(status, {{"location", "https://other.test/"}}));
    EXPECT_EQ(reason(), expected) << status;
  }
  expect(index_of({"a"}));
  expect(answer(201, {{"docker-content-digest", subject_.text()}}));
  EXPECT_EQ(reason(), Reason::DigestMismatch);
}

TEST_F(ReferrersTagKeeperTest, WhatIsNotUnderstoodIsNeverOverwritten) {
  const std::string manifest = R"({"schemaVersion":2,"config":{"mediaType":"c","digest":")" +
                               subject_.text() + R"(","size":1},"layers":[]})";
  const net::Response rows[] = {
      answer(200, {{"content-type", std::string(oci::media_type::kOciManifest)}}, manifest),
      answer(200, {{"content-type", std::string(oci::media_type::kDockerList)}},
             R"({"schemaVersion":2,"manifests":[]})"),
      answer(200, {}, list_of({"a"})),
      answer(200, {{"content-type", "text/html"}}, "<html>"),
      answer(200, {{"content-type", kIndex}}, R"({"schemaVersion":2,"manifests":null})"),
      answer(200, {{"content-type", kIndex}}, R"({"schemaVersion":2,"manifests":[{}]})"),
      answer(200, {{"content-type", kIndex}}, ""),
      answer(204),
      answer(302, {{"location", "https://other.test/"}}),
  };
  for (const auto& row : rows) {
    expect(row);
    EXPECT_EQ(reason(), Reason::RegistryResponse) << row.status << row.body;
  }
  EXPECT_TRUE(written().empty());
}

TEST_F(ReferrersTagKeeperTest, WhatCouldNotBeReadIsNotAbsent) {
  for (const auto& [status, expected] : std::map<int, Reason>{{401, Reason::RegistryAuth},
                                                              {403, Reason::RegistryAuth},
                                                              {429, Reason::RegistryThrottled},
                                                              {500, Reason::RegistryUnavailable}}) {
    expect(answer(status));
    EXPECT_EQ(reason(), expected) << status;
  }
  expect(answer(404, {}, R"({"errors":[{"code":"NAME_UNKNOWN"}]})"));
  EXPECT_EQ(reason(), Reason::ImageNotFound);
  EXPECT_TRUE(written().empty());
}

// GitLab: the tag spells the digest of the image, and the image comes.
TEST_F(ReferrersTagKeeperTest, TheImageItselfIsNoList) {
  const auto image = list_of({"platform"});
  subject_ = oci::Digest::of(as_bytes(image));
  tag_ = kV2 + "manifests/sha256-" + subject_.encoded();
  const auto itself = answer(200, {{"content-type", kIndex}}, image);
  expect(itself);
  expect(itself);
  expect(answer(201));
  expect_looks({"mine"});
  ASSERT_TRUE(list());
  EXPECT_EQ(written(), std::vector{list_of({"mine"})});
}

TEST_F(ReferrersTagKeeperTest, ALongDigestIsCut) {
  subject_ = oci::Digest::of(as_bytes("image"), crypto::HashAlgorithm::Sha512);
  tag_ = kV2 + "manifests/sha512-" + subject_.encoded().substr(0, 64);
  expect_absent();
  expect(answer(201));
  expect_looks({"mine"});
  EXPECT_TRUE(list());
}

TEST_F(ReferrersTagKeeperTest, WithoutTimeToLookNothingIsPromised) {
  expect_absent();
  expect(answer(201));
  const auto listed = list(limits::kTagWriteWindow);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().reason, Reason::DeadlineExceeded);
}

}  // namespace
}  // namespace countersign::registry
