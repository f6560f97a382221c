// SPDX-License-Identifier: Apache-2.0
// With which credentials, and where to.
#include <gtest/gtest.h>

#include "unit/registry/publisher_bed.h"

namespace countersign::registry {
namespace {

using namespace test_data;  // NOLINT(google-build-using-namespace): the bed's words
using PublisherCredentials = PublisherTest;

// The address of an upload: another origin gets no credentials.
TEST_F(PublisherCredentials, ALocationMayBeRelative) {
  for (const auto& [location, url] : std::vector<std::pair<std::string, std::string>>{
           {"/upload/2", "https://registry.test/upload/2?"},
           {"7?a=b", kUploads + "7?a=b&"},
           {"https://REGISTRY.test:443/v2/x?", "https://REGISTRY.test:443/v2/x?"}}) {
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, accept(location)).expect(target(url), answer(201));
    http_.expect(manifest(), stored());
    const auto attached = attach();
    EXPECT_TRUE(attached) << location << attached.error().detail;
  }
}

TEST_F(PublisherCredentials, AnotherOriginGetsABlobWithoutCredentials) {
  credentials_ = parse_docker_config(R"({"auths":{"registry.test":{"auth":"dTpw"}}})").value();
  RegistrySettings settings;
  settings.redirect_hosts = {HostPattern::parse("store.test").value()};
  wire_ = wire(settings);
  http_.expect(subject(), answer(401, {{"www-authenticate", "Basic realm=x"}}));
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, accept("https://store.test/1?sig=2"));
  http_.expect(target("https://store.test/1?sig=2&"), answer(201));
  http_.expect(manifest(), stored());
  const auto attached = attach();
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(authorization(4), "Basic dTpw");
  EXPECT_EQ(authorization(5), "");
  EXPECT_EQ(authorization(6), "Basic dTpw");
}

TEST_F(PublisherCredentials, AnotherOrigins401IsNotAnswered) {
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, accept("https://store.test/1"));
  http_.expect(target("https://store.test/1?"), refuse());
  EXPECT_EQ(reason(), Reason::RegistryAuth);
}

TEST_F(PublisherCredentials, ALocationThatIsRefused) {
  RegistrySettings settings;
  settings.redirect_hosts = {HostPattern::parse("store.test").value()};
  wire_ = wire(settings);
  for (const char* location :
       {"https://other.test/1", "http://registry.test/1", "https://user@registry.test/1"}) {
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, accept(location));
    EXPECT_EQ(reason(), Reason::RegistryResponse) << location;
  }
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, answer(202));
  EXPECT_EQ(reason(), Reason::RegistryResponse);
}

TEST_F(PublisherCredentials, A401InTheMiddleIsAnsweredAndTheBodySentAgain) {
  expect_up_to_the_manifest();
  http_.expect(manifest(), refuse())
      .expect(kToken, answer(200, {}, R"({"token":"t"})"))
      .expect(manifest(), stored());
  ASSERT_TRUE(attach());
  EXPECT_EQ(authorization(7), "Bearer t");
  EXPECT_EQ(http_.seen()[5].body, http_.seen()[7].body);
  EXPECT_EQ(http_.seen()[7].body, as_text(signature_.manifest.blob.bytes()));
}

TEST_F(PublisherCredentials, OneTokenIsForAll) {
  http_.expect(subject(), refuse()).expect(kToken, answer(200, {}, R"({"token":"t"})"));
  expect_up_to_the_manifest();
  http_.expect(manifest(), stored());
  ASSERT_TRUE(attach());
  for (std::size_t request = 2; request < http_.seen().size(); ++request) {
    EXPECT_EQ(authorization(request), "Bearer t");
  }
}

// A token that only reads: granted, and refused with the first write.
TEST_F(PublisherCredentials, WhoMayNotPushSendsNothing) {
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, refuse())
      .expect(kToken, answer(200, {}, R"({"token":"t"})"))
      .expect(kUploads, refuse());
  EXPECT_EQ(reason(), Reason::RegistryAuth);
}

TEST_F(PublisherCredentials, EachCredentialMayTryToBeginAnUpload) {
  credentials_ =
      parse_docker_config(R"({"auths":{"registry.test/a":{"auth":"cjpy"},"registry.test":{"auth":)"
                          R"("dzp3"}}})")
          .value();
  http_.expect(subject(), answer(401, {{"www-authenticate", "Basic realm=x"}}));
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, answer(403));
  expect_upload();
  http_.expect(manifest(), stored());
  const auto attached = attach();
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(authorization(4), "Basic cjpy");
  EXPECT_EQ(http_.seen()[4].body, "");
  for (std::size_t request = 5; request < 8; ++request) {
    EXPECT_EQ(authorization(request), "Basic dzp3");
  }
}

}  // namespace
}  // namespace countersign::registry
