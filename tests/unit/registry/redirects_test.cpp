// SPDX-License-Identifier: Apache-2.0
#include "registry/redirects.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

Result<net::Url> target(std::vector<net::Header> headers,
                        std::string_view from = "https://h/v2/a/b") {
  return redirect_target({307, std::move(headers), ""},
                         net::Url::parse(from, Reason::Internal).value());
}

TEST(Redirects, FiveStatusesRedirect) {
  for (const int status : {301, 302, 303, 307, 308}) {
    EXPECT_TRUE(is_redirect(status)) << status;
  }
  for (const int status : {200, 300, 304, 305, 306, 309, 404}) {
    EXPECT_FALSE(is_redirect(status)) << status;
  }
}

// REG-53
TEST(Redirects, ResolvesTheLocation) {
  EXPECT_EQ(target({{"location", "/c"}})->text(), "https://h/c");
  EXPECT_EQ(target({{"location", "c?d"}})->text(), "https://h/v2/a/c?d");
  EXPECT_EQ(target({{"location", "//other/c"}})->text(), "https://other/c");
  EXPECT_EQ(target({{"location", "https://other/c#f"}})->text(), "https://other/c");
  EXPECT_EQ(target({{"location", "http://other/"}}, "http://h/")->text(), "http://other/");
  EXPECT_EQ(target({{"location", "https://other/"}}, "http://h/")->text(), "https://other/");
}

// REG-52, REG-53, NET-09, NV-W09
TEST(Redirects, RefusesALocationThatCantBeFollowed) {
  for (const std::string& location :
       {std::string(), std::string("http://h/"), std::string("https://user@other/"),
        std::string("ftp://h/"), std::string("imap://h/"), std::string("smb://h/"),
        std::string("https://\xc3\xa9/"), std::string("/a\r\nX: b"),
        "/" + std::string(65'536, 'a')}) {
    const auto refused = target({{"location", location}});
    ASSERT_FALSE(refused) << location.substr(0, 40);
    EXPECT_EQ(refused.error().reason, Reason::RegistryResponse);
  }
  EXPECT_FALSE(target({}));
}

}  // namespace
}  // namespace countersign::registry
