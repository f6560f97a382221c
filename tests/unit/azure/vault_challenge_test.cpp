// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_challenge.h"

#include <gtest/gtest.h>

#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;

VaultChallenge read(const std::string& header) {
  return read_challenge(unauthorized(header), kAudience);
}

std::string authorization(const std::string& url) { return "Bearer authorization=\"" + url + "\""; }

TEST(VaultChallenge, NamesTheTenantForPeople) {
  constexpr const char* kTenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  const std::string authority = "https://login.microsoftonline.com/";
  for (const auto& header :
       {authorization(authority + kTenant) + ", resource=\"https://vault.azure.net\"",
        authorization(authority + kTenant + "/"),
        authorization(authority + kTenant + "/oauth2/authorize"),
        "Bearer authorization_uri=" + authority + kTenant,
        "Basic realm=\"x\", bearer Authorization=\"" + authority + kTenant + "\""}) {
    EXPECT_EQ(read(header).tenant, kTenant) << header;
    EXPECT_NE(hint_of(read(header)).find(kTenant), std::string::npos);
  }
  for (const auto& bad :
       {std::string("words"), authority, authority + "a%20b", authority + "a..b",
        authority + std::string(129, 'a'), authority + "a;b", authority + "<script>"}) {
    EXPECT_EQ(read(authorization(bad)).tenant, "") << bad;
    EXPECT_EQ(hint_of(read(authorization(bad))), "");
  }
  EXPECT_EQ(read("").tenant, "");
  EXPECT_EQ(read("Basic authorization=\"" + authority + kTenant + "\"").tenant, "");
}

TEST(VaultChallenge, DisagreesAboutWhatTokensAreFor) {
  struct Row {
    const char* challenge;
    bool disagrees;
    const char* shown;
  };
  for (const auto& row : {
           Row{"Bearer x=\"y\"", false, ""},
           {"Bearer resource=\"https://vault.azure.net\"", false, ""},
           {"Bearer resource=\"https://VAULT.azure.net/\"", false, ""},
           {"Bearer scope=\"https://vault.azure.net/.default\"", false, ""},
           {"Bearer resource=\"https://managedhsm.azure.net\"", true,
            "https://managedhsm.azure.net"},
           {"Bearer resource=\"https://vault.azure.cn\"", true, "https://vault.azure.cn"},
           {"Bearer scope=\"https://attacker.example/.default\"", true, "https://attacker.example"},
           {"Bearer resource=\"https://vault.azure.net\", scope=\"https://x.example\"", true,
            "https://x.example"},
           {"Bearer resource=\"some words\"", true, ""},
           {"Bearer resource=\"https://vault.azure.net.attacker.example\"", true,
            "https://vault.azure.net.attacker.example"},
       }) {
    const auto challenge = read(row.challenge);
    EXPECT_EQ(challenge.disagrees, row.disagrees) << row.challenge;
    EXPECT_EQ(challenge.resource, row.shown) << row.challenge;
    EXPECT_EQ(hint_of(challenge).empty(), !row.disagrees);
    EXPECT_EQ(hint_of(challenge).find("words"), std::string::npos);
  }
}

TEST(VaultChallenge, TellsOfConditionalAccess) {
  const auto challenge = read("Bearer error=\"insufficient_claims\", claims=\"eyJ9\"");
  EXPECT_TRUE(challenge.wants_claims);
  EXPECT_NE(hint_of(challenge).find("conditional access"), std::string::npos);
}

TEST(VaultChallenge, TooMuchIsNone) {
  std::string header = "Bearer a0=b";
  for (int i = 1; i < 40; ++i) {
    header += ", a" + std::to_string(i) + "=b";
  }
  EXPECT_EQ(hint_of(read(header + ", resource=\"https://x.example\"")), "");
}

}  // namespace
}  // namespace countersign::azure
