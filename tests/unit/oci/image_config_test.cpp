// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/image_config.h"

#include <gtest/gtest.h>

namespace countersign::oci {
namespace {

TEST(ImageConfig, NamesThePlatformOfAnImage) {
  struct Row {
    const char* document;
    const char* platform;  // null: names none
  };
  for (const auto& row : {
           Row{R"({"os":"linux","architecture":"amd64","rootfs":{}})", "linux/amd64"},
           Row{R"({"architecture":"arm","os":"linux","variant":"v7"})", "linux/arm/v7"},
           Row{R"({})", nullptr},
           Row{R"({"os":"linux"})", nullptr},
           Row{R"({"architecture":"amd64"})", nullptr},
           Row{R"({"os":"","architecture":""})", nullptr},
           Row{R"({"os":"linux","architecture":1})", nullptr},
       }) {
    const auto platform = platform_of_config(as_bytes(row.document));
    ASSERT_TRUE(platform) << row.document;
    EXPECT_EQ(*platform ? (*platform)->text() : "", row.platform == nullptr ? "" : row.platform)
        << row.document;
  }
}

TEST(ImageConfig, RefusesWhatIsNoJsonObject) {
  for (const auto* document : {"", "[]", "null", "{\"os\":\"linux\",\"os\":\"linux\"}", "{} {}"}) {
    const auto platform = platform_of_config(as_bytes(document));
    ASSERT_FALSE(platform) << document;
    EXPECT_EQ(platform.error().reason, Reason::RegistryResponse);
  }
}

}  // namespace
}  // namespace countersign::oci
