// SPDX-License-Identifier: Apache-2.0
#include "registry/attachment_check.h"

#include <functional>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"

#include "support/attachments.h"

namespace countersign::registry {
namespace {

TEST(CheckAttachment, TakesASignature) { EXPECT_TRUE(check_attachment(test_data::signature())); }

TEST(CheckAttachment, RefusesWhatIsNotAsDescribed) {
  const std::function<void(Attachment&)> kChanges[] = {
      [](Attachment& each) { each.blobs.clear(); },
      [](Attachment& each) { each.blobs.front().descriptor.size += 1; },
      [](Attachment& each) { each.manifest.descriptor.digest = each.subject.digest; },
      [](Attachment& each) {
        each.blobs.front() =
            test_data::content(oci::media_type::kCose, std::string(limits::kUploadBytes + 1, 'a'));
      }};
  for (const auto& change : kChanges) {
    auto attachment = test_data::signature();
    change(attachment);
    const auto checked = check_attachment(attachment);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().reason, Reason::Internal);
  }
}

TEST(IsTheSame, ComparesWhatASignatureBinds) {
  const auto image = test_data::image();
  EXPECT_TRUE(is_the_same(image, image));
  auto other = image;
  other.media_type = oci::media_type::kDockerManifest;
  EXPECT_EQ(is_the_same(other, image).error().reason, Reason::RegistryResponse);
  other = image;
  other.size += 1;
  EXPECT_EQ(is_the_same(other, image).error().reason, Reason::RegistryResponse);
}

}  // namespace
}  // namespace countersign::registry
