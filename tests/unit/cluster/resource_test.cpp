// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/resource.h"

#include <gtest/gtest.h>

namespace countersign::cluster {
namespace {

using Kind = Resource::Kind;

TEST(Resource, BecomesAPath) {
  const auto secret = Resource::parse(Kind::Secret, "shop", "registry.pull-1");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->path(), "/api/v1/namespaces/shop/secrets/registry.pull-1");
  EXPECT_EQ(secret->text(), "secret shop/registry.pull-1");
  EXPECT_EQ(secret->kind_name(), "Secret");
  const auto account = Resource::parse(Kind::ServiceAccount, "shop", "default");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->path(), "/api/v1/namespaces/shop/serviceaccounts/default");
  EXPECT_EQ(account->text(), "service account shop/default");
  EXPECT_EQ(account->kind_name(), "ServiceAccount");
}

TEST(Resource, IsOnlyWhatKubernetesCouldHaveNamed) {
  const std::string long_name(64, 'a');
  for (const std::string& name : {std::string("a"), std::string("1"), std::string("a--b"),
                                  std::string("a.b-c.1"), long_name, std::string(253, 'a')}) {
    EXPECT_TRUE(Resource::parse(Kind::Secret, "shop", name)) << name;
  }
  for (const std::string& name :
       {std::string(),        std::string("."),     std::string(".."),      std::string("../x"),
        std::string("a/b"),   std::string("a%2fb"), std::string("A"),       std::string("-a"),
        std::string("a-"),    std::string("a..b"),  std::string(".a"),      std::string("a."),
        std::string("a.-b"),  std::string("a_b"),   std::string("a b"),     std::string("a?b"),
        std::string("a#b"),   std::string("a\nb"),  std::string("a\0b", 3), std::string("\xC3\xA4"),
        std::string(254, 'a')}) {
    const auto resource = Resource::parse(Kind::Secret, "shop", name);
    ASSERT_FALSE(resource) << name;
    EXPECT_EQ(resource.error().reason, Reason::BadRequest) << name;
  }
  EXPECT_TRUE(Resource::parse(Kind::Secret, std::string(63, 'a'), "a"));
  for (const std::string& name_space :
       {std::string(), std::string(".."), std::string("a.b"), std::string("a/b"), long_name}) {
    EXPECT_FALSE(Resource::parse(Kind::ServiceAccount, name_space, "a")) << name_space;
  }
}

}  // namespace
}  // namespace countersign::cluster
