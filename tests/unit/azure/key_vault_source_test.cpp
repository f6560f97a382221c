// SPDX-License-Identifier: Apache-2.0
#include "azure/key_vault_source.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/trust/snapshot.h"

#include "support/fixed_clock.h"
#include "support/pfx.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using By = Selection::By;
using Which = Versions::Which;
using Read = KeyVaultSettings::Read;
using Expired = KeyVaultSettings::Expired;
using Texts = std::vector<std::string>;

const test::Signer& signer(unsigned number = 0) {
  static const std::vector<test::Signer> made = [] {
    std::vector<test::Signer> signers;
    for (unsigned i = 0; i < 5; ++i) {
      signers.push_back(
          test::make_leaf(test::new_key(), test::leaf_spec("CN=" + std::to_string(i))));
    }
    return signers;
  }();
  return made.at(number);
}

struct KeyVaultSourceTest : testing::Test {
  test::FixedClock clock;  // 2026-03-01
  test::ScriptedTransport http;
  Tokens tokens;
  std::unique_ptr<KeyVaultSource> source;
  std::vector<trust::Item> items;

  void select(std::vector<Selection> selections, Read read = Read::Secrets,
              Expired expired = Expired::Drop) {
    source = std::make_unique<KeyVaultSource>(KeyVaultSettings{.vault = vault(),
                                                               .audience = std::string(kAudience),
                                                               .read = read,
                                                               .expired = expired,
                                                               .selections = std::move(selections)},
                                              tokens.giver(), http, clock);
  }

  // Of each item: name, then versions of its entries or a reason.
  Texts load() {
    auto loaded = source->load(clock.in(std::chrono::seconds(10)));
    if (!loaded) {
      return {std::string(wire_name(loaded.error().reason))};
    }
    items = *std::move(loaded);
    Texts texts;
    for (const auto& item : items) {
      auto text = item.name + ":";
      if (!item.entries) {
        text += " " + std::string(wire_name(item.entries.error().reason));
      }
      for (const auto& entry : item.entries.value_or(std::vector<trust::Entry>{})) {
        text += " " + entry.version.substr(0, 2);
      }
      texts.push_back(text);
    }
    return texts;
  }

  // What an admission finds in a store of what was loaded.
  Result<std::size_t> trusted() const {
    std::vector<trust::Holding> holdings;
    for (const auto& item : items) {
      holdings.push_back({.name = item.name,
                          .entries = trust::anchors_of(trust::StoreType::Ca, item.entries.value()),
                          .remark = item.remark,
                          .loaded_at = clock.now()});
    }
    const auto name = trust::StoreName::parse("ca:vault").value();
    const trust::Snapshot snapshot({{name, trust::Store(std::move(holdings))}}, 1);
    TRY(const auto found, snapshot.certificates(name, clock.now()));
    return found.size();
  }

  net::Response secret_of(const std::string& name, unsigned number, const Facts& facts = {}) {
    return good(secret(name, version(number), signer().chain_pem(), kPemType, facts));
  }
};

TEST_F(KeyVaultSourceTest, GivesChainsOfEachObject) {
  select({{.name = "one"}, {.name = "two", .need = trust::Item::Need::Required}});
  EXPECT_EQ(source->description(), "Key Vault kv.vault.azure.net");
  EXPECT_EQ(source->content(), trust::Content::Chains);
  const auto pfx = test::make_pfx({{.key = signer().key(), .cipher = test::PfxCipher::None},
                                   {.certificates = signer(1).chain()}});
  http.expect(url("/secrets/one"), secret_of("one", 1))
      .expect(url("/secrets/two"),
              good(secret("two", version(2), codec::encode_base64(pfx), kPkcs12Type)));
  EXPECT_EQ(load(), (Texts{"one: 01 01 01", "two: 02 02 02"}));
  EXPECT_EQ(items[0].entries->front().certificate, signer().certificate());
  EXPECT_EQ(items[1].entries->front().certificate, signer(1).certificate());
  EXPECT_EQ(items[0].need, trust::Item::Need::Optional);
  EXPECT_EQ(items[1].need, trust::Item::Need::Required);
  EXPECT_EQ(trusted(), 4U) << "what may be in such a store: issuing CAs and roots";
}

TEST_F(KeyVaultSourceTest, ReadsCertificatesAloneWhenToldTo) {
  select({{.name = "one"}}, Read::Certificates);
  http.expect(url("/certificates/one"),
              good(certificate("one", version(1), signer().certificate())));
  EXPECT_EQ(load(), Texts{"one: 01"});
  EXPECT_EQ(http.seen().size(), 1U) << "no secret was asked for";
}

TEST_F(KeyVaultSourceTest, DropsADisabledSecretAtOnce) {  // AZ-25
  select({{.name = "one"}});
  http.expect(url("/secrets/one"), secret_of("one", 1));
  EXPECT_EQ(load(), Texts{"one: 01 01 01"});
  EXPECT_EQ(trusted(), 2U);
  http.expect(url("/secrets/one"), refusal(403, "Forbidden", "SecretDisabled"));
  EXPECT_EQ(load(), Texts{"one:"});
  EXPECT_EQ(items[0].remark, "the newest version is disabled");
  EXPECT_EQ(trusted().error().reason, Reason::TrustStoreEmpty);
}

TEST_F(KeyVaultSourceTest, DropsADisabledCertificateThatIsServed) {  // AZ-26
  select({{.name = "one"}, {.name = "two", .versions = {.which = Which::Pinned, .id = version(2)}}},
         Read::Certificates);
  const auto expect_both = [this](bool enabled) {
    const auto own = signer().certificate();
    http.expect(url("/certificates/one"),
                good(certificate("one", version(1), own, {.enabled = enabled})))
        .expect(url("/certificates/two/" + version(2)),
                good(certificate("two", version(2), own, {.enabled = enabled})));
  };
  expect_both(true);
  EXPECT_EQ(load(), (Texts{"one: 01", "two: 02"}));
  expect_both(false);
  EXPECT_EQ(load(), (Texts{"one:", "two:"}));
  EXPECT_EQ(items[0].remark, "version 01000000 is disabled");
}

TEST_F(KeyVaultSourceTest, DropsADeletedObjectAndTakesARecoveredOne) {  // AZ-27
  for (const auto read : {Read::Secrets, Read::Certificates}) {
    select({{.name = "one"}}, read);
    const bool secrets = read == Read::Secrets;
    const auto address = url(secrets ? "/secrets/one" : "/certificates/one");
    const auto there = secrets ? secret_of("one", 1)
                               : good(certificate("one", version(1), signer().certificate()));
    http.expect(address, there)
        .expect(address, refusal(404, secrets ? "SecretNotFound" : "CertificateNotFound"))
        .expect(address, there);
    const auto before = load();
    EXPECT_EQ(load(), Texts{"one:"});
    EXPECT_EQ(trusted().error().reason, Reason::TrustStoreEmpty);
    EXPECT_EQ(load(), before);
    EXPECT_NE(before, Texts{"one:"});
  }
}

TEST_F(KeyVaultSourceTest, DropsWhatIsWithdrawnAndKeepsWhatIsForbidden) {  // AKV-06
  select({{.name = "disabled"},
          {.name = "deleted"},
          {.name = "ended"},
          {.name = "forbidden"},
          {.name = "old", .versions = {.which = Which::Pinned, .id = version(9)}}});
  const auto past = seconds_of("2026-02-28T00:00:00Z");
  http.expect(url("/secrets/disabled"), refusal(403, "Forbidden", "SecretDisabled"))
      .expect(url("/secrets/deleted"), refusal(404, "SecretNotFound"))
      .expect(url("/secrets/ended"), secret_of("ended", 1, {.expires = past}))
      .expect(url("/secrets/forbidden"), refusal(403, "Forbidden", "ForbiddenByRbac"))
      .expect(url("/secrets/old/" + version(9)), refusal(404, "SecretNotFound"));
  EXPECT_EQ(load(),
            (Texts{"disabled:", "deleted:", "ended:", "forbidden: KEY_VAULT_DENIED", "old:"}))
      << "403 without a word of the owner: the last good stays until it is too old";
}

TEST_F(KeyVaultSourceTest, KeepsTheLastGoodWhateverStandsInTheWay) {  // AZ-24
  for (const char* inner :
       {"ForbiddenByRbac", "AccessDenied", "ForbiddenByFirewall", "ForbiddenByConnection", "New"}) {
    for (const char* member : {"innererror", "innerError"}) {
      select({{.name = "one"}});
      const auto body = R"({"error":{"code":"Forbidden",")" + std::string(member) +
                        R"(":{"code":")" + inner + R"("}}})";
      http.expect(url("/secrets/one"), test::answer(403, {}, body));
      EXPECT_EQ(load(), Texts{"one: KEY_VAULT_DENIED"});
      EXPECT_NE(items[0].entries.error().detail.find(inner), std::string::npos);
    }
  }
  http.expect(url("/secrets/one"), test::answer(403, {}, "<html>"));
  EXPECT_EQ(load(), Texts{"one: KEY_VAULT_DENIED"});
}

TEST_F(KeyVaultSourceTest, OneOfFiveFailsAlone) {
  select({{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}, {.name = "e"}});
  http.expect(url("/secrets/a"), secret_of("a", 1))
      .expect(url("/secrets/b"), secret_of("b", 1))
      .expect(url("/secrets/c"), refusal(500, "InternalServerError"))
      .expect(url("/secrets/d"), good(secret("d", version(1), "no certificates")))
      .expect(url("/secrets/e"), secret_of("e", 1));
  EXPECT_EQ(load(), (Texts{"a: 01 01 01", "b: 01 01 01", "c: KEY_VAULT_UNAVAILABLE",
                           "d: BAD_CONFIG", "e: 01 01 01"}));
  EXPECT_NE(items[2].entries.error().detail.find("secret c"), std::string::npos);
}

TEST_F(KeyVaultSourceTest, WithoutATokenNothingWasLookedAt) {
  select({{.name = "a"}, {.by = By::Pattern, .name = "*"}});
  tokens.failure = Error{Reason::AzureIdentityUnavailable, "no answer"};
  EXPECT_EQ(load(), Texts{"AZURE_IDENTITY_UNAVAILABLE"});
}

TEST_F(KeyVaultSourceTest, FollowsRotationUnlessPinned) {  // AKV-05
  select({{.name = "rolling"},
          {.name = "pinned", .versions = {.which = Which::Pinned, .id = version(1)}},
          {.name = "both", .versions = {.which = Which::Last, .count = 2}}});
  const auto expect_all = [this](unsigned newest) {
    std::vector<Entry> all;
    for (unsigned number = 1; number <= newest; ++number) {
      all.push_back({"both", version(number), {.created = number}});
    }
    std::ranges::reverse(all);
    http.expect(list_url("/secrets/both/versions"), good(page("secrets", all)))
        .expect(url("/secrets/rolling"), secret_of("rolling", newest))
        .expect(url("/secrets/pinned/" + version(1)), secret_of("pinned", 1));
    for (unsigned number = newest; number > std::max(newest, 2U) - 2; --number) {
      http.expect(url("/secrets/both/" + version(number)),
                  good(secret("both", version(number), signer(number).pem())));
    }
  };
  expect_all(1);
  EXPECT_EQ(load(), (Texts{"rolling: 01 01 01", "pinned: 01 01 01", "both: 01"}));
  expect_all(2);
  EXPECT_EQ(load(), (Texts{"rolling: 02 02 02", "pinned: 01 01 01", "both: 02 01"}));
  expect_all(3);
  EXPECT_EQ(load(), (Texts{"rolling: 03 03 03", "pinned: 01 01 01", "both: 03 02"}));
}

TEST_F(KeyVaultSourceTest, NeverStepsBackFromADisabledVersion) {  // AZ-39
  const std::vector<Entry> list{{"one", version(1), {.created = 1}},
                                {"one", version(2), {.enabled = false, .created = 2}}};
  select({{.name = "one"}});
  http.expect(url("/secrets/one"), refusal(403, "Forbidden", "SecretDisabled"));
  EXPECT_EQ(load(), Texts{"one:"});
  select({{.name = "one", .versions = {.which = Which::Last, .count = 1}}});
  http.expect(list_url("/secrets/one/versions"), good(page("secrets", list)));
  EXPECT_EQ(load(), Texts{"one:"});
  EXPECT_EQ(items[0].remark, "version 02000000 is disabled");
  select({{.name = "one"}}, Read::Certificates);
  http.expect(url("/certificates/one"),
              good(certificate("one", version(2), signer().certificate(), {.enabled = false})));
  EXPECT_EQ(load(), Texts{"one:"});
  select({{.name = "one", .versions = {.which = Which::All}}});
  http.expect(list_url("/secrets/one/versions"), good(page("secrets", list)))
      .expect(url("/secrets/one/" + version(1)), secret_of("one", 1));
  EXPECT_EQ(load(), Texts{"one: 01 01 01"}) << "the configuration asks for the older ones";
}

TEST_F(KeyVaultSourceTest, TheObjectsOwnValidityCounts) {  // AZ-40
  const auto future = seconds_of("2026-03-01T00:00:01Z");
  const auto now = seconds_of("2026-03-01T00:00:00Z");
  for (const auto expired : {Expired::Drop, Expired::Keep}) {
    select({{.name = "early"}, {.name = "late"}, {.name = "good"}}, Read::Secrets, expired);
    http.expect(url("/secrets/early"), secret_of("early", 1, {.not_before = future}))
        .expect(url("/secrets/late"), secret_of("late", 1, {.expires = now}))
        .expect(url("/secrets/good"), secret_of("good", 1, {.not_before = now, .expires = future}));
    const bool keep = expired == Expired::Keep;
    EXPECT_EQ(load(), keep ? (Texts{"early: 01 01 01", "late: 01 01 01", "good: 01 01 01"})
                           : (Texts{"early:", "late:", "good: 01 01 01"}));
    const std::string kept = keep ? " and is kept" : "";
    EXPECT_EQ(items[0].remark, "version 01000000 is not valid yet" + kept);
    EXPECT_EQ(items[1].remark, "version 01000000 has ended" + kept);
    EXPECT_EQ(items[2].remark, "");
  }
}

// 60 versions over three pages, in no order; every seventh is disabled, and two were created in the
// same second.
TEST_F(KeyVaultSourceTest, ChoosesAmongManyVersions) {  // AZ-37
  std::vector<Entry> all;
  for (unsigned i = 0; i < 60; ++i) {
    const unsigned number = i * 37 % 60;
    all.push_back({"one",
                   version(number),
                   {.enabled = number % 7 != 0, .created = 1'000 + (number == 59 ? 58 : number)}});
  }
  const auto part = [&all](std::size_t from, std::size_t to) {
    return std::vector<Entry>(all.begin() + static_cast<std::ptrdiff_t>(from),
                              all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  const std::string path = "/secrets/one/versions?api-version=7.4&$skiptoken=";
  const auto expect_pages = [&](const char* end) {
    const auto second = "https://kv.vault.azure.net:443" + path + "b";
    const auto third = kOrigin + path + "c";
    auto last = page("secrets", part(50, 60), "");
    last.replace(last.find(R"(,"nextLink":"")"), std::string(R"(,"nextLink":"")").size(), end);
    http.expect(list_url("/secrets/one/versions"),
                good(page("secrets", part(0, 25), second.c_str())))
        .expect(net::Url::parse(second, Reason::Internal)->text(),
                good(page("secrets", part(25, 50), third.c_str())))
        .expect(third, good(last));
  };
  select({{.name = "one", .versions = {.which = Which::Last, .count = 5}}});
  for (const char* end : {R"(,"nextLink":null)", R"(,"nextLink":"")", ""}) {
    expect_pages(end);
    for (const unsigned number : {59U, 58U, 57U, 55U}) {
      http.expect(url("/secrets/one/" + version(number)),
                  good(secret("one", version(number), signer().pem())));
    }
    EXPECT_EQ(load(), Texts{"one: 3b 3a 39 37"});
    EXPECT_EQ(items[0].remark, "version 38000000 is disabled");
  }
  // A link to elsewhere, and one that goes round.
  for (const auto& link : {std::string("https://attacker.example/secrets/one/versions"),
                           list_url("/secrets/one/versions") + "&again"}) {
    http.expect(list_url("/secrets/one/versions"),
                good(page("secrets", part(0, 25), link.c_str())));
    if (link.starts_with(kOrigin)) {
      http.expect(link, good(page("secrets", part(25, 50), link.c_str())));
    }
    EXPECT_EQ(load(), Texts{"one: KEY_VAULT_UNAVAILABLE"}) << link;
  }
}

TEST_F(KeyVaultSourceTest, SelectsByPatternAndTag) {
  select({{.by = By::Pattern, .name = "sign-*"},
          {.by = By::Tags, .tags = {{"trust", "yes"}}},
          {.name = "sign-a", .versions = {.which = Which::Pinned, .id = version(1)}}});
  const auto all = page("secrets", {{"sign-a"},
                                    {.name = "Other", .tags = {{"trust", "yes"}}},
                                    {.name = "password", .tags = {{"trust", "no"}}}});
  http.expect(list_url("/secrets"), good(all))
      .expect(url("/secrets/sign-a/" + version(1)), secret_of("sign-a", 1))
      .expect(url("/secrets/sign-a"), secret_of("sign-a", 2))
      .expect(url("/secrets/other"), secret_of("other", 3));
  EXPECT_EQ(load(), (Texts{"sign-a: 01 01 01 02 02 02", "other: 03 03 03"}))
      << "one item, and nothing else of the vault was read";

  http.expect(list_url("/secrets"), refusal(403, "Forbidden", "ForbiddenByRbac"));
  EXPECT_EQ(load(), (Texts{"certificates named sign-*: KEY_VAULT_DENIED",
                           "certificates tagged trust=yes: KEY_VAULT_DENIED",
                           "sign-a: KEY_VAULT_DENIED", "other: KEY_VAULT_DENIED"}))
      << "they do not look as if they were gone";

  http.expect(list_url("/secrets"), good(page("secrets", {})))
      .expect(url("/secrets/sign-a/" + version(1)), secret_of("sign-a", 1));
  EXPECT_EQ(
      load(),
      (Texts{"certificates named sign-*:", "certificates tagged trust=yes:", "sign-a: 01 01 01"}));
}

TEST_F(KeyVaultSourceTest, ListsCertificatesWhenItReadsThem) {
  select({{.by = By::Pattern, .name = "*", .versions = {.which = Which::All}}}, Read::Certificates);
  http.expect(list_url("/certificates"), good(page("certificates", {{"a"}})))
      .expect(list_url("/certificates/a/versions"), good(page("certificates", {{"a", version(1)}})))
      .expect(url("/certificates/a/" + version(1)),
              good(certificate("a", version(1), signer().certificate())));
  EXPECT_EQ(load(), Texts{"a: 01"});
}

// A page without end, and lists that another host answers, are in object_list_test.cpp; what is too
// large never arrives.
TEST_F(KeyVaultSourceTest, IsBounded) {
  select({{.name = "one", .versions = {.which = Which::All}}});
  std::vector<Entry> entries;
  for (unsigned i = 0; i < 25; ++i) {
    entries.push_back({"one", version(i)});
  }
  for (std::size_t i = 0; i < limits::kVaultPages; ++i) {
    const auto link = [](std::size_t number) {
      return kOrigin + "/secrets/one/versions?page=" + std::to_string(number);
    };
    http.expect(i == 0 ? list_url("/secrets/one/versions") : link(i),
                good(page("secrets", entries, link(i + 1).c_str())));
  }
  EXPECT_EQ(load(), Texts{"one: BAD_CONFIG"});
}

}  // namespace
}  // namespace countersign::azure
