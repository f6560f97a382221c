// SPDX-License-Identifier: Apache-2.0
// What was published is not hidden behind what was remembered.
#include <gtest/gtest.h>

#include "support/attachments.h"
#include "unit/registry/remembered.h"

namespace countersign::registry {
namespace {

using test::RememberedTest;

class RememberedPublisherTest : public RememberedTest {
 protected:
  RememberedPublisherTest() {
    attachment_.subject = image;
    answer = [this](const net::Request& request) { return this->serve(request); };
  }

  net::Response serve(const net::Request& request) {
    if (request.method == net::Method::Get) {
      return api(request);
    }
    if (request.method == net::Method::Post) {
      return {202, {{"location", "/upload"}}, ""};
    }
    if (request.url.find("/manifests/") == std::string::npos) {
      return {201, {}, ""};
    }
    const auto name = "published " + std::to_string(++published_);
    store.push_signature(image, store.push(oci::media_type::kCose, name));
    return {status_, {{"oci-subject", image.digest.text()}}, ""};
  }
  Result<Attached> publish(const std::string& owner) {
    return remembered->publisher(at(""), std::make_shared<test::OneOwner>(owner))
        ->attach(attachment_, ReferrersTag::WhereNeeded, soon());
  }
  std::size_t count(const std::string& owner = "") {
    return referrers(*open(owner), image)->size();
  }

  Attachment attachment_ = test_data::signature();
  int status_ = 201;
  std::size_t published_ = 0;
};

TEST_F(RememberedPublisherTest, TheListIsForgotten) {
  EXPECT_EQ(count(), 0U);
  const auto attached = publish("");
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(count(), 1U);
  ASSERT_TRUE(publish(""));
  EXPECT_EQ(count(), 2U);
}

TEST_F(RememberedPublisherTest, AlsoAfterAnError) {
  EXPECT_EQ(count(), 0U);
  status_ = 400;  // although it was stored
  EXPECT_FALSE(publish(""));
  EXPECT_EQ(count(), 1U);
}

TEST_F(RememberedPublisherTest, OfTheSameOwner) {
  sign(1);
  EXPECT_EQ(count("one"), 1U);
  EXPECT_EQ(count("other"), 1U);
  ASSERT_TRUE(publish("one"));
  EXPECT_EQ(count("one"), 2U);
  EXPECT_EQ(count("other"), 1U);
}

}  // namespace
}  // namespace countersign::registry
