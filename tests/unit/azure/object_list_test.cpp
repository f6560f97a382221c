// SPDX-License-Identifier: Apache-2.0
#include "azure/object_list.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using Kind = Resource::Kind;
using Part = Resource::Part;

const Resource kVersions{.kind = Kind::Secret, .part = Part::Versions, .name = "ca"};
const Resource kAll{.kind = Kind::Secret, .part = Part::Objects};

struct ObjectListTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport http;
  Tokens tokens;
  VaultClient client{access(), tokens.giver(), http};

  std::vector<std::string> read(const std::vector<Resource>& lists) {
    std::vector<std::string> found;
    const auto read_ones = read_lists(client, lists, clock.in(std::chrono::seconds(10)));
    if (!read_ones) {
      return {std::string(wire_name(read_ones.error().reason))};
    }
    for (const auto& list : *read_ones) {
      found.push_back(!list    ? std::string(wire_name(list.error().reason))
                      : !*list ? "gone"
                               : std::to_string((*list)->size()));
    }
    return found;
  }
  using Outcomes = std::vector<std::string>;
};

std::vector<Entry> entries(std::size_t count) {
  std::vector<Entry> made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back({"ca", version(static_cast<unsigned>(i))});
  }
  return made;
}

TEST_F(ObjectListTest, ReadsAllPagesOfAllLists) {
  const auto other = Resource{.kind = Kind::Secret, .part = Part::Versions, .name = "other"};
  const auto first = list_url("/secrets/ca/versions");
  const auto second = kOrigin + "/secrets/ca/versions?api-version=7.4&$skiptoken=abc&maxresults=25";
  http.expect(first, good(page("secrets", entries(25), second.c_str())))
      .expect(list_url("/secrets/other/versions"), good(page("secrets", {{"other", version(1)}})))
      .expect(second, good(page("secrets", entries(3))));
  EXPECT_EQ(read({kVersions, other}), (Outcomes{"28", "1"}));
  EXPECT_EQ(http.batches(), (std::vector<std::size_t>{2, 1})) << "lists side by side";
  EXPECT_EQ(read({}), Outcomes{});
}

TEST_F(ObjectListTest, OneListFailsAlone) {
  const auto other = Resource{.kind = Kind::Secret, .part = Part::Versions, .name = "other"};
  http.expect(list_url("/secrets/ca/versions"), refusal(403, "Forbidden", "ForbiddenByRbac"))
      .expect(list_url("/secrets/other/versions"), refusal(404, "SecretNotFound"))
      .expect(list_url("/secrets"), good(page("secrets", {{"a"}, {"b"}})));
  EXPECT_EQ(read({kVersions, other, kAll}), (Outcomes{"KEY_VAULT_DENIED", "gone", "2"}));
  tokens.failure = Error{Reason::AzureIdentityUnavailable, ""};
  EXPECT_EQ(read({kVersions}), Outcomes{"AZURE_IDENTITY_UNAVAILABLE"});
}

TEST_F(ObjectListTest, EndsWhereTheLastPageDoes) {
  for (const char* end : {"", R"(,"nextLink":null)", R"(,"nextLink":"")"}) {
    http.expect(list_url("/secrets"), good(R"({"value":[])" + std::string(end) + "}"));
    EXPECT_EQ(read({kAll}), Outcomes{"0"});
  }
  http.expect(list_url("/secrets"), good(R"({"value":null})"));
  EXPECT_EQ(read({kAll}), Outcomes{"0"});
}

// The port that goes without saying, and another case, are the same list.
TEST_F(ObjectListTest, FollowsALinkToTheSameList) {
  for (const char* link : {"https://kv.vault.azure.net:443/secrets/ca/versions?x=1",
                           "HTTPS://KV.vault.azure.net/Secrets/CA/versions?x=1"}) {
    http.expect(list_url("/secrets/ca/versions"), good(page("secrets", entries(1), link)))
        .expect(net::Url::parse(link, Reason::Internal)->text(), good(page("secrets", entries(2))));
    EXPECT_EQ(read({kVersions}), Outcomes{"3"});
  }
}

TEST_F(ObjectListTest, FollowsNoOtherLink) {
  for (const char* link :
       {"https://attacker.example/secrets/ca/versions?x=1",
        "https://kv2.vault.azure.net/secrets/ca/versions",
        "http://kv.vault.azure.net/secrets/ca/versions",
        "https://kv.vault.azure.net:8443/secrets/ca/versions",
        "https://kv.vault.azure.net@attacker.example/secrets/ca/versions",
        "https://user@kv.vault.azure.net/secrets/ca/versions",
        "https://kv.vault.azure.net/secrets/other/versions",
        "https://kv.vault.azure.net/secrets/ca/versions/../../other/versions",
        "https://kv.vault.azure.net/secrets/ca", "/secrets/ca/versions?x=1", "nonsense"}) {
    http.expect(list_url("/secrets/ca/versions"), good(page("secrets", entries(1), link)));
    EXPECT_EQ(read({kVersions}), Outcomes{"KEY_VAULT_UNAVAILABLE"}) << link;
  }
  http.expect(list_url("/secrets/ca/versions"), good(R"({"value":[],"nextLink":7})"));
  EXPECT_EQ(read({kVersions}), Outcomes{"KEY_VAULT_UNAVAILABLE"});
}

TEST_F(ObjectListTest, GoesRoundNoCircle) {
  const auto first = list_url("/secrets/ca/versions");
  const auto one = kOrigin + "/secrets/ca/versions?page=1";
  const auto two = kOrigin + "/secrets/ca/versions?page=2";
  http.expect(first, good(page("secrets", entries(1), one.c_str())))
      .expect(one, good(page("secrets", entries(1), two.c_str())))
      .expect(two, good(page("secrets", entries(1), one.c_str())));
  EXPECT_EQ(read({kVersions}), Outcomes{"KEY_VAULT_UNAVAILABLE"});
}

// Ten thousand versions are 400 pages.
TEST_F(ObjectListTest, EndsAtTheLimit) {
  const auto link = [](std::size_t number) {
    return kOrigin + "/secrets/ca/versions?page=" + std::to_string(number);
  };
  const auto expect_pages = [&](std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, limits::kVaultPages); ++i) {
      const auto next = link(i + 1);
      http.expect(i == 0 ? list_url("/secrets/ca/versions") : link(i),
                  good(page("secrets", entries(25), i + 1 < count ? next.c_str() : nullptr)));
    }
  };
  expect_pages(limits::kVaultPages);
  EXPECT_EQ(read({kVersions}), Outcomes{"1000"});
  expect_pages(400);
  EXPECT_EQ(read({kVersions}), Outcomes{"BAD_CONFIG"});
}

TEST(ObjectList, ReadsEntries) {
  const auto text = page("secrets", {{.name = "Ca",
                                      .facts = {.enabled = false, .not_before = 5, .created = 7},
                                      .tags = {{"env", "prod"}, {"team", ""}}},
                                     {.name = "b"}});
  const auto read_one = read_page(text, kAll, vault());
  ASSERT_TRUE(read_one);
  ASSERT_EQ(read_one->entries.size(), 2U);
  const auto& entry = read_one->entries[0];
  EXPECT_EQ(entry.name, "Ca");
  EXPECT_EQ(entry.version, "");
  EXPECT_FALSE(entry.attributes.enabled);
  EXPECT_EQ(entry.attributes.created, Time(std::chrono::seconds(7)));
  EXPECT_EQ(entry.tags, (std::map<std::string, std::string>{{"env", "prod"}, {"team", ""}}));
  const auto one = read_page(page("secrets", {{"ca", version(3)}}), kVersions, vault());
  ASSERT_TRUE(one);
  EXPECT_EQ(one->entries[0].version, version(3));
  const auto odd = R"({"value":[{"id":"https://kv.vault.azure.net/secrets/a",)"
                   R"("attributes":{"enabled":true},"tags":{"n":1,"s":"x"}}]})";
  EXPECT_EQ(read_page(odd, kAll, vault())->entries[0].tags.size(), 1U);
}

TEST(ObjectList, RefusesNonsense) {
  const auto outcome = [](const std::string& text, const Resource& list) {
    const auto read_one = read_page(text, list, vault());
    return read_one ? "page" : std::string(wire_name(read_one.error().reason));
  };
  for (
      const char* text :
      {"", "<html>", "[]", "{}", R"({"value":{}})", R"({"value":[1]})", R"({"value":[{}]})",
       R"({"value":[{"id":"https://kv.vault.azure.net/secrets/a"}]})",
       R"({"value":[{"id":"https://kv2.vault.azure.net/secrets/a","attributes":{"enabled":true}}]})"}) {
    EXPECT_EQ(outcome(text, kAll), "KEY_VAULT_UNAVAILABLE") << text;
  }
  EXPECT_EQ(outcome(page("secrets", {{"ca"}}), kVersions), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(outcome(page("secrets", {{"b", version(1)}}), kVersions), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(outcome(page("certificates", {{"ca", version(1)}}), kVersions),
            "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(outcome(page("secrets", {{"ca", version(1), {.created = {}}}}), kVersions),
            "KEY_VAULT_UNAVAILABLE")
      << "which one is newer?";
}

}  // namespace
}  // namespace countersign::azure
