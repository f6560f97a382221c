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

TEST(Resource, OfEachKindIsWhereTheApiHasIt) {
  const struct {
    Result<Resource> resource;
    const char *list, *path, *kind, *version, *text;
  } rows[] = {
      {Resource::parse(Kind::Event, "shop", "e"), "/api/v1/namespaces/shop/events",
       "/api/v1/namespaces/shop/events/e", "Event", "v1", "event shop/e"},
      {Resource::parse(Kind::Namespace, "shop"), "/api/v1/namespaces", "/api/v1/namespaces/shop",
       "Namespace", "v1", "namespace shop"},
      {Resource::parse(Kind::ValidatingWebhookConfiguration, "a.b"),
       "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
       "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/a.b",
       "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1",
       "validating webhook configuration a.b"},
      {Resource::parse(Kind::Provider, "p"), "/apis/externaldata.gatekeeper.sh/v1beta1/providers",
       "/apis/externaldata.gatekeeper.sh/v1beta1/providers/p", "Provider",
       "externaldata.gatekeeper.sh/v1beta1", "provider p"},
  };
  for (const auto& row : rows) {
    ASSERT_TRUE(row.resource) << row.path;
    EXPECT_EQ(row.resource->list_path(), row.list);
    EXPECT_EQ(row.resource->path(), row.path);
    EXPECT_EQ(row.resource->kind_name(), row.kind);
    EXPECT_EQ(row.resource->api_version(), row.version);
    EXPECT_EQ(row.resource->text(), row.text);
  }
}

TEST(Resource, IsInANamespaceOrNot) {
  EXPECT_EQ(Resource::parse(Kind::Namespace, "shop", "a").error().reason, Reason::BadRequest);
  EXPECT_EQ(Resource::parse(Kind::Provider, "shop", "a").error().reason, Reason::BadRequest);
  EXPECT_EQ(Resource::parse(Kind::Secret, "a").error().reason, Reason::BadRequest);
  EXPECT_EQ(Resource::parse(Kind::Event, "a").error().reason, Reason::BadRequest);
  for (const std::string& name :
       {std::string(), std::string("a.b"), std::string("../x"), std::string(64, 'a')}) {
    EXPECT_EQ(Resource::parse(Kind::Namespace, name).error().reason, Reason::BadRequest) << name;
  }
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
