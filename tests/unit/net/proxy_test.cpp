// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.h"

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

TEST(Proxy, IsTakenApart) {
  const struct {
    const char *text, *url, *user, *password;
  } rows[] = {
      {"http://proxy.example:3128", "http://proxy.example:3128", "", ""},
      {"https://Proxy.Example/", "https://proxy.example:443", "", ""},
      {"http://proxy.example", "http://proxy.example:80", "", ""},
      {"http://[::1]:3128", "http://[::1]:3128", "", ""},
      {"http://user@proxy.example:1", "http://proxy.example:1", "user", ""},
      {"http://user:pass@proxy.example:1", "http://proxy.example:1", "user", "pass"},
      {"http://us%40er:p%3Aa%2Fss@proxy.example:1", "http://proxy.example:1", "us@er", "p:a/ss"},
      {"http://user:pa:ss@proxy.example:1", "http://proxy.example:1", "user", "pa:ss"},
  };
  for (const auto& [text, url, user, password] : rows) {
    const auto proxy = Proxy::parse(text);
    ASSERT_TRUE(proxy) << text << ": " << proxy.error().detail;
    EXPECT_EQ(proxy->url, url);
    EXPECT_EQ(proxy->user, user);
    EXPECT_EQ(proxy->password.reveal(), password);
  }
}

TEST(Proxy, RefusesTheRestWithoutQuotingIt) {
  for (const char* text :
       {"", "proxy.example:3128", "socks5://hush:hush@p:1", "http://", "http://hush:hush@",
        "http://hush:hush@p:0", "http://hush:hush@p:99999", "http://hush:hush@p:1/path",
        "http://hush:hush@p:1/?q", "http://hush:hush@p:1/#f", "http://:hush@p:1",
        "http://a%3Ab:hush@p:1", "http://user:hush%0D%0AX@p:1", "http://hush%00:x@p:1",
        "http://hush:hush@p p:1", "http://user:hush@[fe80::1%25eth0]:1"}) {
    const auto proxy = Proxy::parse(text);
    ASSERT_FALSE(proxy) << text;
    EXPECT_EQ(proxy.error().reason, Reason::BadConfig) << text;
    EXPECT_EQ(proxy.error().detail.find("hush"), std::string::npos) << proxy.error().detail;
  }
  EXPECT_FALSE(Proxy::parse(std::string_view("http://p:1\0x", 12)));
}

}  // namespace
}  // namespace countersign::net
