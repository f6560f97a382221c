// SPDX-License-Identifier: Apache-2.0
#include "azure/selections.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

using By = Selection::By;
using Need = trust::Item::Need;
using Which = Versions::Which;

WholeList list_of(std::initializer_list<Listed> objects) { return std::vector<Listed>(objects); }

WholeList failed() { return fail(Reason::KeyVaultDenied, "no list"); }

// "name need versions [REASON]" of each object, then "[name] outcome need" of each item.
std::vector<std::string> resolve(Selections& selections, const WholeList& list) {
  const auto found = selections.resolve(list);
  std::vector<std::string> texts;
  for (const auto& object : found.objects) {
    texts.push_back(object.name + (object.need == Need::Required ? " required " : " ") +
                    std::to_string(object.versions.size()) +
                    (object.failure ? " " + std::string(wire_name(object.failure->reason)) : ""));
  }
  for (const auto& item : found.items) {
    texts.push_back(
        "[" + item.name + "] " +
        (item.entries ? item.remark : std::string(wire_name(item.entries.error().reason))) +
        (item.need == Need::Required ? " required" : ""));
  }
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Selections, NamesNeedNoList) {
  Selections selections({{.name = "Sign-CA"},
                         {.name = "other", .need = Need::Required},
                         {.name = "sign-ca",
                          .versions = {.which = Which::Pinned, .id = "x"},
                          .need = Need::Required}});
  EXPECT_FALSE(selections.need_list());
  EXPECT_EQ(resolve(selections, std::nullopt), (Texts{"Sign-CA required 2", "other required 1"}))
      << "one object, however often it is named";
}

TEST(Selections, PatternsAndTagsPickFromTheList) {
  Selections selections({{.by = By::Pattern, .name = "sign-*"},
                         {.by = By::Tags, .tags = {{"env", "prod"}, {"team", ""}}},
                         {.by = By::Name, .name = "Sign-A"}});
  EXPECT_TRUE(selections.need_list());
  EXPECT_EQ(resolve(selections, list_of({{.name = "sign-a"},
                                         {.name = "Sign-B", .tags = {{"env", "prod"}}},
                                         {.name = "c", .tags = {{"env", "prod"}, {"team", "x"}}},
                                         {.name = "d", .tags = {{"env", "test"}, {"team", "x"}}},
                                         {.name = "e"}})),
            (Texts{"Sign-A 2", "sign-b 1", "c 1"}));
}

TEST(Selections, SayWhenTheySelectNothing) {
  Selections selections({{.by = By::Pattern, .name = "sign-*", .need = Need::Required},
                         {.by = By::Tags, .tags = {{"env", "prod"}, {"team", ""}}},
                         {.by = By::Tags}});
  EXPECT_EQ(resolve(selections, list_of({{.name = "a"}})),
            (Texts{"[certificates named sign-*] there are none in the vault required",
                   "[certificates tagged env=prod, team] there are none in the vault",
                   "[certificates tagged ] there are none in the vault"}));
}

// A list that fails says nothing about what was in it.
TEST(Selections, RememberWhatTheySelectedLast) {
  Selections selections({{.by = By::Pattern, .name = "sign-*", .need = Need::Required},
                         {.by = By::Name, .name = "other"},
                         {.by = By::Name, .name = "sign-b"}});
  EXPECT_EQ(
      resolve(selections, failed()),
      (Texts{"other 1", "sign-b 1", "[certificates named sign-*] KEY_VAULT_DENIED required"}));
  EXPECT_EQ(resolve(selections, list_of({{.name = "sign-a"}, {.name = "sign-b"}})),
            (Texts{"other 1", "sign-b required 2", "sign-a required 1"}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(resolve(selections, failed()),
              (Texts{"other 1", "sign-b required 2 KEY_VAULT_DENIED",
                     "sign-a required 1 KEY_VAULT_DENIED",
                     "[certificates named sign-*] KEY_VAULT_DENIED required"}));
  }
  EXPECT_EQ(resolve(selections, list_of({{.name = "sign-b"}})),
            (Texts{"other 1", "sign-b required 2"}))
      << "sign-a is gone";
  EXPECT_EQ(resolve(selections, failed()),
            (Texts{"other 1", "sign-b required 2 KEY_VAULT_DENIED",
                   "[certificates named sign-*] KEY_VAULT_DENIED required"}));
  EXPECT_EQ(resolve(selections, WholeList(std::nullopt)).back(),
            "[certificates named sign-*] KEY_VAULT_UNAVAILABLE required");
}

TEST(Selections, TheSameSelectionOfOtherVersionsIsOneItem) {
  Selections selections({{.by = By::Pattern, .name = "a*"},
                         {.by = By::Pattern,
                          .name = "a*",
                          .versions = {.which = Which::All},
                          .need = Need::Required}});
  EXPECT_EQ(resolve(selections, failed()),
            Texts{"[certificates named a*] KEY_VAULT_DENIED required"});
}

TEST(Selections, AreBounded) {
  const auto many = [](std::size_t count) {
    std::vector<Listed> objects;
    for (std::size_t i = 0; i < count; ++i) {
      objects.push_back({.name = "a" + std::to_string(i)});
    }
    return WholeList(std::move(objects));
  };
  Selections selections({{.by = By::Pattern, .name = "a*"}});
  EXPECT_EQ(resolve(selections, many(limits::kVaultObjects)).size(), limits::kVaultObjects);
  EXPECT_EQ(resolve(selections, many(limits::kVaultObjects + 1)).back(),
            "[certificates named a*] BAD_CONFIG");
  Selections two({{.by = By::Pattern, .name = "a0*"}, {.by = By::Pattern, .name = "a*"}});
  EXPECT_EQ(resolve(two, many(limits::kVaultObjects + 1)),
            (Texts{"a0 1", "[certificates named a*] BAD_CONFIG"}));
}

}  // namespace
}  // namespace countersign::azure
