// SPDX-License-Identifier: Apache-2.0
#include "app/notation_home.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

std::string policy(std::string_view store) {
  return R"({"version":"1.0","trustPolicies":[)"
         R"({"name":"a","registryScopes":["r.example/a"],"signatureVerification":{"level":"strict"},)"
         R"("trustStores":[")" +
         std::string(store) +
         R"("],"trustedIdentities":["*"]},)"
         R"({"name":"b","registryScopes":["r.example/b"],"signatureVerification":{"level":"skip"}}]})";
}

class NotationHomeTest : public testing::Test {
 protected:
  // The stores that would be read, or the reason why the folder can't be used.
  std::expected<std::vector<std::string>, Reason> stores(std::string_view repository) {
    const auto setup = read_notation_home(folder_.path(), {{std::string(repository)}}, {},
                                          [](const std::string&) {});
    if (!setup) {
      return std::unexpected(setup.error().reason);
    }
    std::vector<std::string> names;
    for (const auto& each : setup->stores) {
      names.push_back(each.store.name.text());
    }
    return names;
  }

  support::TempFolder folder_;
};

using Stores = std::vector<std::string>;

TEST_F(NotationHomeTest, ReadsOnlyTheStoresOfTheApplicableStatement) {
  folder_.write("trustpolicy.json", policy("ca:x"));
  EXPECT_EQ(stores("r.example/a"), Stores{"ca:x"});
  EXPECT_EQ(stores("r.example/b"), Stores{});
  EXPECT_EQ(stores("r.example/c"), Stores{});
}

TEST_F(NotationHomeTest, PrefersTheNewerName) {
  folder_.write("trustpolicy.json", policy("ca:old"));
  folder_.write("trustpolicy.oci.json", policy("ca:new"));
  EXPECT_EQ(stores("r.example/a"), Stores{"ca:new"});
  folder_.write("trustpolicy.oci.json", "garbage");
  EXPECT_EQ(stores("r.example/a"), std::unexpected(Reason::BadConfig));
}

TEST_F(NotationHomeTest, SaysWhetherThereIsAPolicy) {
  EXPECT_FALSE(has_trust_policy(folder_.path()));
  EXPECT_FALSE(has_trust_policy("/nonexistent"));
  folder_.write("trustpolicy.json", "garbage");
  EXPECT_TRUE(has_trust_policy(folder_.path()));
  std::filesystem::rename(folder_ / "trustpolicy.json", folder_ / "trustpolicy.oci.json");
  EXPECT_TRUE(has_trust_policy(folder_.path()));
}

TEST_F(NotationHomeTest, RefusesAFolderWithoutAUsablePolicy) {  // NV-O02, NV-O17
  EXPECT_EQ(stores("r.example/a"), std::unexpected(Reason::BadConfig));
  folder_.write("elsewhere", policy("ca:x"));
  std::filesystem::create_symlink("elsewhere", folder_ / "trustpolicy.json");
  EXPECT_EQ(stores("r.example/a"), std::unexpected(Reason::BadConfig));
}

}  // namespace
}  // namespace countersign::app
