// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/image_ref.h"

#include <expected>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::oci {
namespace {

const std::string kHex64(64, 'a');
const std::string kHex128(128, 'b');
const std::string kSha256 = "sha256:" + kHex64;

struct Row {
  std::string name;
  std::string text;
  std::expected<std::string, Reason> expected;  // the canonical text
};

const std::unexpected kBad(Reason::BadReference);
const std::unexpected kLocal(Reason::LocalImageId);

void expect_rows(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    const auto parsed = ImageRef::parse(row.text);
    if (row.expected) {
      ASSERT_TRUE(parsed) << row.name << ": " << row.text << ": " << parsed.error().detail;
      EXPECT_EQ(parsed->text(), *row.expected) << row.name;
    } else {
      ASSERT_FALSE(parsed) << row.name << ": " << row.text << " became " << parsed->text();
      EXPECT_EQ(parsed.error().reason, row.expected.error()) << row.name << ": " << row.text;
    }
  }
}

// The numbers are those of the vector table; expectations are those of distribution/reference but
// where this parser is stricter on purpose (image_ref.h).
TEST(ImageRef, NamesAreNormalisedAsAPullDoesIt) {  // REF-01, REF-12
  expect_rows({
      {"1", "nginx", "docker.io/library/nginx:latest"},
      {"2", "nginx:1.25@" + kSha256, "docker.io/library/nginx@" + kSha256},
      {"3", "library/nginx", "docker.io/library/nginx:latest"},
      {"4a", "docker.io/nginx", "docker.io/library/nginx:latest"},
      {"4b", "index.docker.io/nginx", "docker.io/library/nginx:latest"},
      {"5", "registry-1.docker.io/library/nginx", "registry-1.docker.io/library/nginx:latest"},
      {"6", "registry-1.docker.io/nginx", "registry-1.docker.io/nginx:latest"},
      {"7", "docker.io/library/a/b/c", "docker.io/library/a/b/c:latest"},
      {"8", "localhost/foo", "localhost/foo:latest"},
      {"9", "localhost/foo:5000", "localhost/foo:5000"},
      {"10", "localhost:5000/foo", "localhost:5000/foo:latest"},
      {"11", "localhost:5000", "docker.io/library/localhost:5000"},
      {"12", "test.com:5000", "docker.io/library/test.com:5000"},
      {"13", "192.168.0.1:80", "docker.io/library/192.168.0.1:80"},
      {"14", "test:5000/repo", "test:5000/repo:latest"},
      {"15", "test.com/repo", "test.com/repo:latest"},
      {"16", "test_com/foo", "docker.io/test_com/foo:latest"},
      {"60", "nginx:5000/x", "nginx:5000/x:latest"},
  });
}

TEST(ImageRef, HostsThatParsersDisagreeAboutAreRefused) {  // REF-03, REG-95
  expect_rows({
      {"17", "foo_bar.com:8080/app", kBad},
      {"18a", "foo_bar.com/app", kBad},
      {"18b", "a__b.c/x", kBad},
      {"19a", "Foo/bar", kBad},
      {"19b", "LOCALHOST/x", kBad},
      {"19c", "ACR.azurecr.io/x", kBad},
      {"25", "xn--n3h.com/myimage", "xn--n3h.com/myimage:latest"},
      {"26 snowman", "\xE2\x98\x83.com/x", kBad},
      {"26 full width", "\xEF\xBD\x81.com/x", kBad},
      {"26 ideographic full stop",
       "a\xE3\x80\x82"
       "com/x",
       kBad},
      {"27", "[2001:db8::1]:5000/repo", "[2001:db8::1]:5000/repo:latest"},
      {"28", "[::1]/repo", "[::1]/repo:latest"},
      {"29a", "[fc00::1]", kBad},
      {"29b", "[fc00::1]:5000", kBad},
      {"30", "fc00::1:5000/x", kBad},
      {"31a", "[fe80::1%eth0]:5000/x", kBad},
      {"31b", "[fe80::1%25eth0]/x", kBad},
      {"32a", "[2001:db8:3:4::192.0.2.33]:5000/x", kBad},
      {"32b", "[::ffff:1.2.3.4]/x", kBad},
      {"33a", "[fd00123123123]/x", kBad},
      {"33b", "[:::::]/x", kBad},
      {"33c", "[]/x", kBad},
      {"33d", "[::1/x", kBad},
      {"33e", "[::1]5000/x", kBad},
      {"33f", "[::A]/x", kBad},
      {"34a", "host.com:99999/x", kBad},
      {"34b", "host.com:0/x", kBad},
      {"34c", "host.com:65536/x", kBad},
      {"34d", "host.com:65535/x", "host.com:65535/x:latest"},
      {"34e", "host.com:4294967739/x", kBad},
      {"35a", "host.com:0443/x", kBad},
      {"35b", "host.com:00000443/x", kBad},
      {"37", "host.com:/x", kBad},
      {"37b", "host.com:+80/x", kBad},
      {"38a", "host.com./x", kBad},
      {"38b", "host..com/x", kBad},
      {"38c", ".host.com/x", kBad},
      {"38d", "-h.com/x", kBad},
      {"38e", "h-.com/x", kBad},
      {"39a", "https://host.com/x", kBad},
      {"39b", "docker://nginx", kBad},
      {"39c", "oci:x", "docker.io/library/oci:x"},
      {"40a", "user@host.com/x", kBad},
      {"40b", "user:pw@host.com/x", kBad},
      {"48 label of 63", std::string(63, 'a') + ".com/x", std::string(63, 'a') + ".com/x:latest"},
      {"48 label of 64", std::string(64, 'a') + ".com/x", kBad},
  });
}

TEST(ImageRef, HostsHaveTheLimitsOfDns) {
  std::string host;  // 253 characters
  for (int label = 0; label < 126; ++label) {
    host += "a.";
  }
  host += "a";
  ASSERT_EQ(host.size(), limits::kHostBytes);
  expect_rows({
      {"48 host of 253", host + "/x", host + "/x:latest"},
      {"48 host of 254", "b" + host + "/x", kBad},
  });
}

TEST(ImageRef, RepositoriesFollowTheGrammar) {
  std::vector<Row> rows{
      {"20a", "docker/Docker", kBad},
      {"20b", "ubuntu/Nginx", kBad},
      {"23a", "a__b/c", "docker.io/a__b/c:latest"},
      {"23b", "a---b/c", "docker.io/a---b/c:latest"},
      // Beside a dot only a host can stand before the first slash, and hosts have no
      // underscores: 18.
      {"23c", "a.b-c_d/e", kBad},
      {"23d", "x/a.b-c_d/e", "docker.io/x/a.b-c_d/e:latest"},
      {"24", "a___b", kBad},
      {"41a", "host.com/x?y=1", kBad},
      {"41b", "host.com/x#f", kBad},
      {"41c", "host.com/../x", kBad},
      {"41d", "host.com/%2e%2e/x", kBad},
      {"41e", "host.com/a\\b", kBad},
      {"41f", "host.com/./x", kBad},
      {"47a", "h.io/" + std::string(255, 'a'), "h.io/" + std::string(255, 'a') + ":latest"},
      {"47b", "h.io/" + std::string(256, 'a'), kBad},
      {"47c", std::string(247, 'a'), "docker.io/library/" + std::string(247, 'a') + ":latest"},
      {"47d", std::string(248, 'a'), kBad},  // "library/" counts
      {"55b", "host.com/" + kHex64, "host.com/" + kHex64 + ":latest"},
      {"56", "docker.io/" + kHex64, "docker.io/library/" + kHex64 + ":latest"},
      {"61", "a/b/c:tag/d", kBad},
  };
  for (const auto* text :
       {"a..b", "a/", "/a", "a//b", "-a", "a-", "dock_.er", "____/____", "_docker/_docker", "a._b",
        "a-_b", ".", "/", "//", "host.com/", "host.com//x", "a.-b", "a_-b"}) {
    rows.push_back({"22", text, kBad});
  }
  expect_rows(rows);
}

TEST(ImageRef, TagsFollowTheGrammarEvenBesideADigest) {
  expect_rows({
      {"21", "nginx:Latest", "docker.io/library/nginx:Latest"},
      {"43a", ":tag", kBad},
      {"43b", "@" + kSha256, kBad},
      {"43c", "", kBad},
      {"44a", "nginx:", kBad},
      {"44b", "nginx@", kBad},
      {"44c", "nginx:-a", kBad},
      {"44d", "nginx:.a", kBad},
      {"44e", "nginx:a b", kBad},
      {"44f", "nginx:a:b", kBad},
      {"45", "nginx:_a", "docker.io/library/nginx:_a"},
      {"46a", "nginx:" + std::string(128, 't'), "docker.io/library/nginx:" + std::string(128, 't')},
      {"46b", "nginx:" + std::string(129, 't'), kBad},
      {"54", "nginx:in~valid@" + kSha256, kBad},
      {"54b", "nginx:@" + kSha256, kBad},
      {"54c", "nginx:" + std::string(129, 't') + "@" + kSha256, kBad},
  });
}

TEST(ImageRef, DigestsAreExact) {  // REF-05
  expect_rows({
      {"49a", "nginx@sha256:" + std::string(63, 'a'), kBad},
      {"49b", "nginx@sha256:" + std::string(65, 'a'), kBad},
      {"50", "nginx@sha256:" + std::string(64, 'A'), kBad},
      {"51a", "nginx@SHA256:" + kHex64, kBad},
      {"51b", "nginx@md5:" + std::string(32, 'a'), kBad},
      {"51c", "nginx@blake3:" + kHex64, kBad},
      {"52", "nginx@sha512:" + kHex128, "docker.io/library/nginx@sha512:" + kHex128},
      {"53a", "nginx@" + kSha256 + "@" + kSha256, kBad},
      {"53b", "nginx@" + kSha256 + ":tag", kBad},
      {"53c", "nginx@sha256:../../x", kBad},
      {"59", "sha256@" + kSha256, "docker.io/library/sha256@" + kSha256},
  });
}

TEST(ImageRef, LocalImageIdsAreNoReferences) {
  expect_rows({
      {"55", kHex64, kLocal},
      {"57", kSha256, kLocal},
      {"58", "sha256:abc12", kLocal},
      {"58b", "sha384:abc12", kLocal},
      {"58c", "sha512:abc12", kLocal},
      {"58d", "blake3:abc12", kLocal},
      {"58e", "sha256:", kLocal},
      {"58f", "sha256:tag@" + kSha256, kLocal},
      {"58g", "sha256:5000/x", "sha256:5000/x:latest"},
      {"58h", "docker.io/library/sha256:abc12", "docker.io/library/sha256:abc12"},
      {"58i", "library/sha256:abc12", "docker.io/library/sha256:abc12"},
  });
}

TEST(ImageRef, BytesOutsideOfTheGrammarAreRefusedAnywhere) {  // REF-07, 42
  const std::string good = "host.com:5000/team/app:1.2@" + kSha256;
  ASSERT_TRUE(ImageRef::parse(good));
  for (int code = 0; code < 256; ++code) {
    if (code > ' ' && code < 0x7F) {
      continue;
    }
    for (const std::size_t at : {std::size_t{0}, std::size_t{4}, std::size_t{16}, std::size_t{24},
                                 std::size_t{40}, good.size()}) {
      auto spoilt = good;
      spoilt.insert(at, 1, static_cast<char>(code));
      const auto parsed = ImageRef::parse(spoilt);
      ASSERT_FALSE(parsed) << code << " at " << at;
      EXPECT_EQ(parsed.error().reason, Reason::BadReference) << code << " at " << at;
    }
  }
  EXPECT_FALSE(ImageRef::parse("host.com/a\xE2\x80\xAE/b"));     // bidirectional override
  EXPECT_FALSE(ImageRef::parse("host.com/\x1B[31mred\x1B[0m"));  // ANSI
}

TEST(ImageRef, LongTextIsRefusedByItsLengthAlone) {  // REF-08, 62
  std::string slashes;
  while (slashes.size() < 64 * limits::kKiB) {
    slashes += "a/";
  }
  expect_rows({{"62", slashes, kBad},
               {"over the limit", std::string(limits::kReferenceBytes + 1, 'a'), kBad}});
}

TEST(ImageRef, PartsAreApart) {
  const auto full = ImageRef::parse("acr.azurecr.io:5000/team/app:1.2@" + kSha256).value();
  EXPECT_EQ(full.host(), "acr.azurecr.io");
  EXPECT_EQ(full.port(), 5000);
  EXPECT_EQ(full.path(), "team/app");
  EXPECT_EQ(full.tag(), "1.2");
  ASSERT_TRUE(full.digest());
  EXPECT_EQ(full.digest()->text(), kSha256);
  EXPECT_EQ(full.registry(), "acr.azurecr.io:5000");
  EXPECT_EQ(full.wire_host(), "acr.azurecr.io:5000");
  EXPECT_EQ(full.repository(), "acr.azurecr.io:5000/team/app");
  EXPECT_EQ(full.wire_reference(), kSha256);  // REF-04: the tag is never asked for

  const auto hub = ImageRef::parse("nginx").value();
  EXPECT_EQ(hub.host(), "docker.io");
  EXPECT_EQ(hub.port(), std::nullopt);
  EXPECT_EQ(hub.tag(), std::nullopt);
  EXPECT_EQ(hub.digest(), std::nullopt);
  EXPECT_EQ(hub.registry(), "docker.io");
  EXPECT_EQ(hub.wire_host(), "registry-1.docker.io");
  EXPECT_EQ(hub.repository(), "docker.io/library/nginx");
  EXPECT_EQ(hub.wire_reference(), "latest");

  EXPECT_EQ(ImageRef::parse("[2001:db8::1]:5000/repo").value().host(), "[2001:db8::1]");
  EXPECT_EQ(ImageRef::parse("[2001:db8::1]:5000/repo").value().port(), 5000);
  EXPECT_EQ(ImageRef::parse("docker.io:5000/nginx").value().wire_host(), "docker.io:5000");
  EXPECT_EQ(ImageRef::parse("a.io/x:latest").value().tag(), "latest");
}

TEST(ImageRef, SpellingsOfOnePlaceHaveOneRepository) {  // NV-O18
  const struct {
    const char* text;
    const char* repository;
  } rows[] = {
      {"registry-1.docker.io/library/nginx", "docker.io/library/nginx"},
      {"index.docker.io/nginx", "docker.io/library/nginx"},
      {"docker.io:443/library/nginx", "docker.io/library/nginx"},
      {"nginx", "docker.io/library/nginx"},
      {"host.com:443/x", "host.com/x"},  // 36
      {"host.com/x", "host.com/x"},
      {"host.com:4430/x", "host.com:4430/x"},
      {"[::1]:443/x", "[::1]/x"},
      {"[::443]/x", "[::443]/x"},
      // The registry is asked for "nginx", not for "library/nginx".
      {"registry-1.docker.io/nginx", "registry-1.docker.io/nginx"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ImageRef::parse(row.text).value().repository(), row.repository) << row.text;
  }
}

TEST(ImageRef, ScopesAreComparedInTheFormOfRepositories) {
  const struct {
    const char* written;
    const char* canonical;
  } rows[] = {
      {"Registry.Example/Team/App", "registry.example/Team/App"},
      {"REGISTRY.example:443/app", "registry.example/app"},
      {"Index.Docker.io/nginx", "docker.io/library/nginx"},
      {"docker.io/nginx", "docker.io/library/nginx"},
      {"registry-1.docker.io/library/nginx", "docker.io/library/nginx"},
      {"registry-1.docker.io/nginx", "registry-1.docker.io/nginx"},
      {"docker.io:443/nginx", "docker.io/library/nginx"},
      {"docker.io/team/app", "docker.io/team/app"},
      {"host:5000/app", "host:5000/app"},
      {"*", "*"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(canonical_scope(row.written), row.canonical) << row.written;
    EXPECT_EQ(canonical_scope(row.canonical), row.canonical) << "not stable";
  }
}

TEST(ImageRef, CanonicalTextParsesToItself) {
  for (const auto* text : {"nginx", "index.docker.io/a", "registry-1.docker.io/a", "h:1/a/b:T",
                           "[::1]:65535/x", "localhost/x", "oci:x"}) {
    const auto once = ImageRef::parse(text).value().text();
    EXPECT_EQ(ImageRef::parse(once).value().text(), once);
  }
}

}  // namespace
}  // namespace countersign::oci
