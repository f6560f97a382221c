// SPDX-License-Identifier: Apache-2.0
#include "app/signature_list.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "samples.h"
#include "support/memory_repository.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

class SignatureListTest : public testing::Test {
 protected:
  oci::Descriptor sign(std::string_view envelope) {
    return store_.push_signature(image_, store_.push(oci::media_type::kCose, envelope));
  }
  Result<SignatureList> list(std::size_t most = 50) {
    test::MemoryRepository repository(store_);
    return list_signatures(repository, target_, most, clock_.in(1s));
  }

  test::FixedClock clock_;
  test::MemoryStore store_;
  oci::Descriptor image_ = store_.push(oci::media_type::kOciManifest, "image");
  Target target_{*oci::ImageRef::parse("nginx@" + image_.digest.text()), {}};
};

TEST_F(SignatureListTest, SortsByDigestAndNamesEachOnce) {
  std::vector<std::string> expected;
  for (const auto* envelope : {"a", "b", "c"}) {
    const auto signature = sign(envelope);
    store_.referrers.emplace(image_.digest, signature);  // a registry that lists it twice
    expected.push_back(signature.digest.text());
  }
  std::ranges::sort(expected);
  const auto found = list();
  ASSERT_TRUE(found) << found.error().detail;
  std::vector<std::string> digests;
  for (const auto& signature : found->signatures) {
    digests.push_back(signature.digest.text());
  }
  EXPECT_EQ(digests, expected);
  EXPECT_EQ(found->left_out, 0U);
  EXPECT_EQ(store_.requests, 2U) << "nothing is fetched but the image and the list";
}

TEST_F(SignatureListTest, SaysHowManyItLeavesOut) {
  sign("a");
  sign("b");
  sign("c");
  const auto found = list(2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->signatures.size(), 2U);
  EXPECT_EQ(found->left_out, 1U);
  TestConsole test;
  warn_of_limit(*found, test.console);
  EXPECT_EQ(test.err.str(),
            "countersign: warning: 1 more signatures are not shown; see --max-signatures\n");
  warn_of_limit(*list(3), test.console);
  EXPECT_EQ(std::ranges::count(test.err.str(), '\n'), 1);
}

TEST_F(SignatureListTest, IsATreeForPeople) {
  const auto signature = sign("a");
  EXPECT_EQ(list_text(*list()), "docker.io/library/nginx@" + image_.digest.text() +
                                    "\n└── application/vnd.cncf.notary.signature\n    └── " +
                                    signature.digest.text() + "\n");
}

TEST_F(SignatureListTest, IsOneLineOfJsonForPrograms) {
  const auto signature = sign("a");
  EXPECT_EQ(list_json(*list()),
            R"({"reference":"docker.io/library/nginx@)" + image_.digest.text() +
                R"(","mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
                image_.digest.text() + R"(","signatures":[{"digest":")" + signature.digest.text() +
                R"(","mediaType":"application/vnd.oci.image.manifest.v1+json","size":)" +
                std::to_string(signature.size) + R"(}],"notShown":0})");
}

TEST_F(SignatureListTest, SaysThatThereIsNone) {
  const auto found = list();
  ASSERT_TRUE(found);
  EXPECT_EQ(list_text(*found),
            "docker.io/library/nginx@" + image_.digest.text() + " has no associated signature\n");
  EXPECT_NE(list_json(*found).find(R"("signatures":[])"), std::string::npos);
  target_.layout = "./folder";
  EXPECT_TRUE(list_text(*list()).starts_with("./folder@sha256:"));
}

TEST_F(SignatureListTest, NeverTakesAnOutageForNone) {
  store_.referrers_fault = Error{Reason::RegistryUnavailable, "reset"};
  const auto found = list();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::RegistryUnavailable);
}

}  // namespace
}  // namespace countersign::app
