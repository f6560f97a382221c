// SPDX-License-Identifier: Apache-2.0
#include "app/one_signature.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/memory_repository.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;
using Content = registry::Repository::Content;

class OneSignatureTest : public testing::Test {
 protected:
  Result<oci::Digest> fetched(OneSignature& alone, const oci::Descriptor& wanted, Content content,
                              std::size_t most = 1'000) {
    auto blobs = alone.fetch({&wanted, 1}, content, most, clock_.in(1s));
    EXPECT_EQ(blobs.size(), 1U);
    return blobs[0] ? Result<oci::Digest>(blobs[0]->digest()) : std::unexpected(blobs[0].error());
  }
  Reason refused(OneSignature& alone, const oci::Descriptor& wanted, Content content,
                 std::size_t most = 1'000) {
    const auto digest = fetched(alone, wanted, content, most);
    EXPECT_FALSE(digest);
    return digest ? Reason::Internal : digest.error().reason;
  }
  oci::Blob blob(const oci::Descriptor& descriptor) {
    return *oci::Blob::check(descriptor, store_.contents.at(descriptor.digest).second);
  }

  test::FixedClock clock_;
  test::MemoryStore store_;
  oci::Descriptor envelope_ = store_.push(oci::media_type::kCose, "envelope");
  oci::Descriptor manifest_ = store_.push(oci::media_type::kOciManifest, "manifest");
};

TEST_F(OneSignatureTest, HasItsSignatureAndNothingElse) {
  OneSignature alone(manifest_, blob(manifest_), blob(envelope_));
  const auto referrers =
      alone.referrers(envelope_, "any", registry::Repository::Age::Recent, clock_.in(1s));
  ASSERT_TRUE(referrers);
  ASSERT_EQ(referrers->size(), 1U);
  EXPECT_EQ(referrers->front().digest, manifest_.digest);
  EXPECT_EQ(fetched(alone, manifest_, Content::Manifest), manifest_.digest);
  EXPECT_EQ(fetched(alone, envelope_, Content::Blob), envelope_.digest);
  EXPECT_EQ(refused(alone, envelope_, Content::Manifest), Reason::ImageNotFound);
  EXPECT_EQ(refused(alone, manifest_, Content::Blob), Reason::ImageNotFound);
  EXPECT_FALSE(alone.resolve(*oci::ImageRef::parse("r.example/a:1"), clock_.in(1s)));
  EXPECT_EQ(alone.requests(), 0U);
}

TEST_F(OneSignatureTest, RepeatsWhyItCouldNotBeFetched) {
  OneSignature unseen(manifest_, fail(Reason::RegistryThrottled, "429"), std::nullopt);
  EXPECT_EQ(refused(unseen, manifest_, Content::Manifest), Reason::RegistryThrottled);
  EXPECT_EQ(refused(unseen, envelope_, Content::Blob), Reason::ImageNotFound);
  OneSignature half(manifest_, blob(manifest_), fail(Reason::RegistryUnavailable, "reset"));
  EXPECT_EQ(refused(half, envelope_, Content::Blob), Reason::RegistryUnavailable);
}

TEST_F(OneSignatureTest, KeepsTheLimit) {
  OneSignature alone(manifest_, blob(manifest_), blob(envelope_));
  EXPECT_EQ(refused(alone, manifest_, Content::Manifest, 3), Reason::RegistryResponse);
}

}  // namespace
}  // namespace countersign::app
