// SPDX-License-Identifier: Apache-2.0
#include "azure/version_choice.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using answers::version;
using Expired = KeyVaultSettings::Expired;
using Which = Versions::Which;

constexpr Time kNow{std::chrono::seconds(10'000)};

Listed listed(unsigned number, std::int64_t created, bool enabled = true) {
  return {.name = "ca",
          .version = version(number),
          .attributes = {.enabled = enabled, .created = Time(std::chrono::seconds(created))}};
}

// The numbers of the chosen versions, and how many remarks there are.
std::string choose(const Versions& wanted, std::vector<Listed> list,
                   Expired expired = Expired::Drop) {
  const auto choice = choose_versions(wanted, std::move(list), expired, kNow);
  std::string text;
  for (const auto& each : choice.versions) {
    text += each.substr(0, 2) + " ";
  }
  return text + std::to_string(choice.remarks.size());
}

const std::vector<Listed> kList{listed(3, 100), listed(1, 300), listed(4, 400, false),
                                listed(2, 200)};

TEST(VersionChoice, TheLastThatWereCreated) {
  EXPECT_EQ(choose({Which::Last, 1, {}}, kList), "1") << "the newest is disabled: no step back";
  EXPECT_EQ(choose({Which::Last, 2, {}}, kList), "01 1");
  EXPECT_EQ(choose({Which::Last, 3, {}}, kList), "01 02 1");
  EXPECT_EQ(choose({Which::Last, 99, {}}, kList), "01 02 03 1");
  EXPECT_EQ(choose({Which::Last, 0, {}}, kList), "0");
  EXPECT_EQ(choose({Which::Last, 3, {}}, {}), "0");
}

TEST(VersionChoice, AllThatAreEnabled) {
  EXPECT_EQ(choose({Which::All, 1, {}}, kList), "01 02 03 1");
  std::vector<Listed> many;
  for (unsigned i = 0; i < limits::kVaultVersions + 10; ++i) {
    many.push_back(listed(i, 1'000 + i, i % 7 != 0));
  }
  const auto choice = choose_versions({Which::All, 1, {}}, many, Expired::Drop, kNow);
  EXPECT_EQ(choice.versions.size(), limits::kVaultVersions);
  EXPECT_EQ(choice.versions.front(), version(limits::kVaultVersions + 9));
  EXPECT_EQ(choice.remarks.size(), 5U + 1U) << "five are disabled, and some are too many";
}

TEST(VersionChoice, TiesGoByIdentifier) {
  const std::vector<Listed> tied{listed(0xa1, 100), listed(0xc3, 100), listed(0xb2, 100)};
  EXPECT_EQ(choose({Which::Last, 2, {}}, tied), "c3 b2 0");
  EXPECT_EQ(choose({Which::Last, 2, {}}, {tied[2], tied[0], tied[1]}), "c3 b2 0");
}

TEST(VersionChoice, TheirOwnValidityCounts) {
  auto future = listed(1, 300);
  future.attributes.not_before = kNow + std::chrono::seconds(1);
  auto ended = listed(2, 200);
  ended.attributes.expires = kNow;
  const std::vector<Listed> list{future, ended, listed(3, 100)};
  EXPECT_EQ(choose({Which::All, 1, {}}, list), "03 2");
  EXPECT_EQ(choose({Which::All, 1, {}}, list, Expired::Keep), "01 02 03 0");
  EXPECT_FALSE(counts(Standing::Disabled, Expired::Keep));
  EXPECT_TRUE(counts(Standing::Usable, Expired::Drop));
}

TEST(VersionChoice, RemarksAreShort) {
  EXPECT_EQ(version_remark(version(0xab), "is disabled"), "version ab000000 is disabled");
}

}  // namespace
}  // namespace countersign::azure
