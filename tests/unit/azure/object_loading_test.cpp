// SPDX-License-Identifier: Apache-2.0
#include "azure/object_loading.h"

#include <gtest/gtest.h>

#include "support/pki.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using Which = Versions::Which;
using Read = KeyVaultSettings::Read;
using Expired = KeyVaultSettings::Expired;

constexpr Time kNow{std::chrono::seconds(10'000)};

const test::Signer& signer() {
  static const auto made = test::make_leaf();
  return made;
}

ObjectLoading loading(std::vector<Versions> versions, Read read = Read::Secrets,
                      Expired expired = Expired::Drop) {
  return {{.name = "ca", .versions = std::move(versions)}, {read, expired, kNow}};
}

Result<VaultAnswer> there(std::string text) {
  return VaultAnswer{VaultAnswer::State::There, std::move(text)};
}

std::vector<std::string> wanted(const ObjectLoading& object) {
  std::vector<std::string> paths;
  for (const auto& resource : object.wanted()) {
    paths.push_back(path_of(resource));
  }
  return paths;
}
using Paths = std::vector<std::string>;

Listed listed(unsigned number, bool enabled = true) {
  return {.name = "ca",
          .version = version(number),
          .attributes = {.enabled = enabled, .created = Time(std::chrono::seconds(number))}};
}

// What an item has: versions of its entries, or a reason, and its remark.
std::string outcome(ObjectLoading object) {
  const auto item = object.take_item();
  if (!item.entries) {
    return std::string(wire_name(item.entries.error().reason));
  }
  std::string text;
  for (const auto& entry : *item.entries) {
    text += entry.version.substr(0, 2) + " ";
  }
  return text + "(" + item.remark + ")";
}

TEST(ObjectLoading, AsksForEveryVersionOnce) {
  auto object = loading({{Which::Newest, 1, {}},
                         {Which::Pinned, 1, version(1)},
                         {Which::Newest, 1, {}},
                         {Which::Last, 2, {}}});
  EXPECT_TRUE(object.needs_list());
  EXPECT_EQ(path_of(object.list()), "/secrets/ca/versions");
  object.choose(std::vector<Listed>{listed(1), listed(2), listed(3, false)});
  EXPECT_EQ(wanted(object),
            (Paths{"/secrets/ca", "/secrets/ca/" + version(1), "/secrets/ca/" + version(2)}));
  EXPECT_EQ(outcome(object), "(version 03000000 is disabled)");
  EXPECT_EQ(path_of(loading({{}}, Read::Certificates).wanted().front()), "/certificates/ca");
  EXPECT_FALSE(loading({{}}).needs_list());
}

TEST(ObjectLoading, ListsThatHaveNothingOrFail) {
  auto object = loading({{Which::All, 1, {}}});
  object.choose(std::nullopt);
  EXPECT_EQ(outcome(object), "(it is not in the vault)");
  object.choose(fail(Reason::KeyVaultDenied, "no"));
  EXPECT_TRUE(wanted(object).empty());
  EXPECT_EQ(outcome(object), "KEY_VAULT_DENIED");
}

TEST(ObjectLoading, TakesEachVersionOnce) {
  auto object = loading({{Which::Newest, 1, {}}, {Which::Pinned, 1, version(1)}});
  const auto asked = object.wanted();
  for (const auto& resource : asked) {
    auto answer = there(secret("ca", version(1), signer().pem()));
    object.take(resource, answer, vault());
  }
  EXPECT_EQ(outcome(object), "01 ()");
}

TEST(ObjectLoading, LeavesOutWhatIsGone) {
  auto object = loading({{Which::Newest, 1, {}}, {Which::Pinned, 1, version(1)}});
  const auto asked = object.wanted();
  Result<VaultAnswer> disabled = VaultAnswer{VaultAnswer::State::Gone, "is disabled"};
  auto good_one = there(secret("ca", version(1), signer().chain_pem()));
  object.take(asked[0], disabled, vault());
  object.take(asked[1], good_one, vault());
  EXPECT_EQ(outcome(object), "01 01 01 (the newest version is disabled)");
  object.take(asked[1], disabled, vault());
  EXPECT_EQ(outcome(object),
            "01 01 01 (the newest version is disabled; version 01000000 is disabled)");
}

TEST(ObjectLoading, OneVersionThatFailsFailsTheObject) {
  auto object = loading({{Which::Newest, 1, {}}, {Which::Pinned, 1, version(1)}});
  const auto asked = object.wanted();
  auto good_one = there(secret("ca", version(2), signer().pem()));
  Result<VaultAnswer> failed = fail(Reason::KeyVaultUnavailable, "no answer");
  object.take(asked[0], good_one, vault());
  object.take(asked[1], failed, vault());
  EXPECT_EQ(outcome(object), "KEY_VAULT_UNAVAILABLE");
  auto nonsense = there("<html>");
  auto other = loading({{}});
  other.take(other.wanted().front(), nonsense, vault());
  EXPECT_EQ(outcome(other), "KEY_VAULT_UNAVAILABLE");
}

// The owner's word comes before ours.
TEST(ObjectLoading, WhatDoesNotCountNeedNotBeReadable) {
  for (const auto& [facts, remark] :
       {std::pair(Facts{.enabled = false}, "(version 01000000 is disabled)"),
        {Facts{.expires = 10'000}, "(version 01000000 has ended)"},
        {Facts{.not_before = 10'001}, "(version 01000000 is not valid yet)"}}) {
    auto object = loading({{}});
    auto answer = there(secret("ca", version(1), "nothing useful", kPemType, facts));
    object.take(object.wanted().front(), answer, vault());
    EXPECT_EQ(outcome(object), remark);
  }
  auto object = loading({{}});
  auto answer = there(secret("ca", version(1), "nothing useful"));
  object.take(object.wanted().front(), answer, vault());
  EXPECT_EQ(outcome(object), "BAD_CONFIG");
}

TEST(ObjectLoading, KeepsWhatHasEndedWhenToldTo) {
  for (const auto& [facts, remark] :
       {std::pair(Facts{.expires = 9'000}, "01 (version 01000000 has ended and is kept)"),
        {Facts{.not_before = 10'001}, "01 (version 01000000 is not valid yet and is kept)"},
        {Facts{.enabled = false, .expires = 9'000}, "(version 01000000 is disabled)"}}) {
    auto object = loading({{}}, Read::Certificates, Expired::Keep);
    auto answer = there(certificate("ca", version(1), signer().certificate(), facts));
    object.take(object.wanted().front(), answer, vault());
    EXPECT_EQ(outcome(object), remark);
  }
}

TEST(ObjectLoading, TellsAFewThingsOnly) {
  auto object = loading({{Which::All, 1, {}}});
  std::vector<Listed> many;
  for (unsigned i = 0; i < 50; ++i) {
    many.push_back(listed(i, false));
  }
  object.choose(many);
  const auto text = outcome(object);
  EXPECT_TRUE(text.ends_with("; and 42 more)")) << text;
}

TEST(ObjectLoading, AnObjectThatFailedBeforeIsNotAskedFor) {
  const Error error{Reason::KeyVaultDenied, "no list"};
  const ObjectLoading object(
      {.name = "ca", .versions = {{}, {Which::All, 1, {}}}, .failure = error},
      {Read::Secrets, Expired::Drop, kNow});
  EXPECT_FALSE(object.needs_list());
  EXPECT_TRUE(wanted(object).empty());
  EXPECT_EQ(outcome(object), "KEY_VAULT_DENIED");
}

}  // namespace
}  // namespace countersign::azure
