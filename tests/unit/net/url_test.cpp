// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/url.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::net {
namespace {

Url url(std::string_view text) { return Url::parse(text, Reason::RegistryResponse).value(); }

TEST(Url, TakesApart) {
  const auto one = url("https://Host.Example:5000/v2/a?b=c#d");
  EXPECT_EQ(one.scheme(), UrlScheme::Https);
  EXPECT_EQ(one.host(), "host.example");
  EXPECT_EQ(one.port(), 5000);
  EXPECT_EQ(one.path(), "/v2/a");
  EXPECT_EQ(one.query(), "b=c");
  EXPECT_EQ(one.text().find('#'), std::string::npos);
  EXPECT_EQ(url("http://h").port(), 80);
  EXPECT_EQ(url("http://h").path(), "/");
  EXPECT_EQ(url("https://[::1]/").host(), "[::1]");
}

TEST(Url, RefusesWhatIsNoPlainHttpUrl) {
  for (const char* text :
       {"", "/relative", "host/path", "ftp://h/", "file:///etc/passwd", "gopher://h/", "ldap://h/",
        "https://user@h/", "https://user:password@h/", "https://h:0/", "https://h:99999/",
        "https://h/a b", "https://h/\n", "https://h\\@evil/", "https://h\xc3\xa9/", "https:///",
        "https://[fe80::1%25eth0]/"}) {
    const auto parsed = Url::parse(text, Reason::RegistryResponse);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::RegistryResponse) << text;
  }
  const std::string start = "https://h/";
  EXPECT_TRUE(Url::parse(start + std::string(limits::kUrlBytes - start.size(), 'a'),
                         Reason::RegistryResponse));
  EXPECT_FALSE(Url::parse(start + std::string(limits::kUrlBytes - start.size() + 1, 'a'),
                          Reason::RegistryResponse));
}

// A fragment is dropped, and only libcurl reads what has one.
TEST(Url, ReadsPlainUrlsAsLibcurlDoes) {
  for (const std::string text : {"http://127.0.0.1:5000/v2/a/b/manifests/sha256:00ff",
                                 "https://ghcr.io/v2/a/b/blobs/sha256:00",
                                 "https://a-b.c1.example:8443/",
                                 "https://h/a?b=c&d=e%20f",
                                 "https://h/a?n=100&last=x:y/z",
                                 "https://h:443/a",
                                 "https://h:80/a",
                                 "http://h:80/",
                                 "https://h//a//b",
                                 "https://h/a/",
                                 "https://h/a/../b",
                                 "https://h/./a",
                                 "https://h/..",
                                 "https://h/a..b/.c",
                                 "https://h/a%2e%2e",
                                 "https://H/a",
                                 "https://h.1/",
                                 "https://1.h/",
                                 "https://1.2.3/",
                                 "https://1.2.3.4.5/",
                                 "https://01.2.3.4/",
                                 "https://256.2.3.4/",
                                 "https://1.2.3.256/",
                                 "https://0x7f.1/",
                                 "https://0x7f.a/",
                                 "https://2130706433/",
                                 "https://0177.0.0.1/",
                                 "https://1.2.3.4./",
                                 "https://h./",
                                 "https://.h/",
                                 "https://a..b/",
                                 "https://-/",
                                 "https://-a/",
                                 "https:///a",
                                 "https://h:/a",
                                 "https://h:0/",
                                 "https://h:01/",
                                 "https://h:65535/",
                                 "https://h:65536/",
                                 "https://h:5x/",
                                 "https://h:+5/",
                                 "https://h?a=b",
                                 "https://h",
                                 "https://h/?",
                                 "https://h/a?",
                                 "https://u@h/",
                                 "https://h:1@g/",
                                 "https://[::1]:5/a",
                                 "https://h/a b",
                                 "https://h/a;b",
                                 "HTTPS://h/a",
                                 "https:/h/a",
                                 "https://1.2.3.4:5/a",
                                 "https://0.0.0.0/",
                                 "https://1..3.4/"}) {
    SCOPED_TRACE(text);
    const auto plain = Url::parse(text, Reason::RegistryResponse);
    const auto other = Url::parse(text + "#x", Reason::RegistryResponse);
    ASSERT_EQ(plain.has_value(), other.has_value());
    if (plain) {
      EXPECT_TRUE(plain->same_origin(*other));
      EXPECT_EQ(plain->host(), other->host());
      EXPECT_EQ(plain->path(), other->path());
      EXPECT_EQ(plain->query(), other->query());
      EXPECT_EQ(plain->text(), other->text());
    }
  }
}

TEST(Url, ResolvesReferencesAsRfc3986Does) {
  const auto base = url("https://h:5000/v2/name/blobs/x?q=1");
  struct Row {
    const char *reference, *target;
  };
  for (const auto& [reference, target] :
       {Row{"/a/b", "https://h:5000/a/b"}, Row{"y", "https://h:5000/v2/name/blobs/y"},
        Row{"../y?z", "https://h:5000/v2/name/y?z"}, Row{"//other/p", "https://other/p"},
        Row{"http://other/p", "http://other/p"}, Row{"/a/../b", "https://h:5000/b"},
        Row{"?only=query", "https://h:5000/v2/name/blobs/x?only=query"},
        Row{"/p#fragment", "https://h:5000/p"}}) {
    const auto resolved = base.resolve(reference, Reason::RegistryResponse);
    ASSERT_TRUE(resolved) << reference;
    EXPECT_EQ(resolved->text(), target) << reference;
  }
}

TEST(Url, AppendsAPlainTailAsResolvingWould) {
  const auto base = url("https://h:5000/v2/");
  for (const char* tail : {"a", "a/b:c", "a/manifests/v1.0_x", "a/referrers/sha256:ab?x=a%2Fb&y=1",
                           "a/..b/.c./d", "a?", "a/"}) {
    const auto below = base.below(tail, Reason::Internal);
    // A first segment with a colon would be a scheme to resolve().
    const auto resolved = base.resolve("/v2/" + std::string(tail), Reason::Internal);
    ASSERT_TRUE(below) << tail;
    EXPECT_EQ(below->text(), resolved->text()) << tail;
    EXPECT_EQ(below->path(), resolved->path()) << tail;
    EXPECT_EQ(below->query(), resolved->query()) << tail;
    EXPECT_TRUE(below->same_origin(base)) << tail;
  }
  for (const std::string& tail :
       {std::string(), std::string("/a"), std::string("//evil/a"), std::string("?a"),
        std::string("../a"), std::string("a/../b"), std::string("a/."), std::string("a%2e"),
        std::string("a b"), std::string("a#b"), std::string("a@b"), std::string("a\\b"),
        std::string("a?b#c"), std::string("a?b?c"), std::string("\xc3\xa9"),
        std::string(limits::kUrlBytes, 'a')}) {
    EXPECT_FALSE(base.below(tail, Reason::Internal)) << tail.substr(0, 40);
  }
  EXPECT_FALSE(url("https://h/v2").below("a", Reason::Internal));
  EXPECT_FALSE(url("https://h/v2/?x=/").below("a", Reason::Internal));
}

TEST(Url, RefusesReferencesThatLeadSomewhereElse) {
  const auto base = url("https://h/v2/");
  for (const char* reference : {"", " ", "https://user@h/", "ftp://h/", "javascript:alert(1)",
                                "/a\r\nX: y", "/\\evil.example"}) {
    EXPECT_FALSE(base.resolve(reference, Reason::RegistryResponse)) << reference;
  }
}

TEST(Url, AnOriginIsSchemeHostAndPort) {
  EXPECT_TRUE(url("https://h/a").same_origin(url("https://H:443/b")));
  EXPECT_FALSE(url("https://h/").same_origin(url("http://h/")));
  EXPECT_FALSE(url("https://h/").same_origin(url("https://h:444/")));
  EXPECT_FALSE(url("https://h/").same_origin(url("https://h.example/")));
}

TEST(Url, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ0-._~"), "aZ0-._~");
  EXPECT_EQ(percent_encode("application/x+y:z, \xff"), "application%2Fx%2By%3Az%2C%20%FF");
}

}  // namespace
}  // namespace countersign::net
