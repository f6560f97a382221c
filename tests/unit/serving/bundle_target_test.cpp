// SPDX-License-Identifier: Apache-2.0
#include "serving/bundle_target.h"

#include <gtest/gtest.h>

namespace countersign::serving {
namespace {

using cluster::Resource;
using Kind = Resource::Kind;

const auto kWebhook = Resource::parse(Kind::ValidatingWebhookConfiguration, "cs").value();
const auto kProvider = Resource::parse(Kind::Provider, "cs").value();

codec::Json parsed(std::string_view text) {
  return codec::Json::parse(text, {.bytes = 10'000}, Reason::Internal).value();
}

codec::Json webhooks(std::string_view list) {
  return parsed(R"({"metadata":{"resourceVersion":"7"},"webhooks":)" + std::string(list) + "}");
}

TEST(BundleTarget, FitsWhenEveryPlaceHoldsTheBundle) {
  const struct {
    const char* object;
    BundleFit expected;
  } rows[] = {
      {R"([{"clientConfig":{"caBundle":"eA=="}}])", BundleFit::Fits},
      {R"([{"clientConfig":{"caBundle":"eA=="}},{"clientConfig":{"caBundle":"eQ=="}}])",
       BundleFit::Misfits},
      {R"([{"clientConfig":{"caBundle":""}}])", BundleFit::Misfits},
      {R"([{"clientConfig":{}}])", BundleFit::Misfits},
      {R"([{}])", BundleFit::Misfits},
      {R"([])", BundleFit::Misfits},
      {R"(null)", BundleFit::Misfits},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(fit_of(kWebhook, webhooks(row.object), "x"), row.expected) << row.object;
  }
  EXPECT_EQ(fit_of(kProvider, parsed(R"({"spec":{"caBundle":"eA=="}})"), "x"), BundleFit::Fits);
  EXPECT_EQ(fit_of(kProvider, parsed(R"({"spec":{}})"), "x"), BundleFit::Misfits);
  EXPECT_EQ(fit_of(kProvider, parsed("{}"), "x"), BundleFit::Misfits);
}

TEST(BundleTarget, ChangesTheBundleAndNothingElse) {
  const auto patch = patch_of(kWebhook,
                              webhooks(R"([{"name":"one","clientConfig":{"caBundle":"eA=="}},)"
                                       R"({"name":"two","clientConfig":{"caBundle":"eQ=="}},)"
                                       R"({"name":"three","clientConfig":{}}])"),
                              "x");
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->kind, cluster::PatchKind::Json);
  EXPECT_EQ(patch->text.reveal(),
            R"([{"op":"replace","path":"/metadata/resourceVersion","value":"7"},)"
            R"({"op":"test","path":"/webhooks/1/name","value":"two"},)"
            R"({"op":"add","path":"/webhooks/1/clientConfig/caBundle","value":"eA=="},)"
            R"({"op":"test","path":"/webhooks/2/name","value":"three"},)"
            R"({"op":"add","path":"/webhooks/2/clientConfig/caBundle","value":"eA=="}])");
  const auto provider =
      patch_of(kProvider, parsed(R"({"metadata":{"resourceVersion":"8"},"spec":{}})"), "x");
  ASSERT_TRUE(provider);
  EXPECT_EQ(provider->kind, cluster::PatchKind::Merge);
  EXPECT_EQ(provider->text.reveal(),
            R"({"metadata":{"resourceVersion":"8"},"spec":{"caBundle":"eA=="}})");
}

TEST(BundleTarget, RefusesWhatItDoesNotKnow) {
  for (const auto* list : {"[]", "{}", "null", "[{}]", R"([{"name":"one"}])",
                           R"([{"clientConfig":{}}])", R"([{"name":"one","clientConfig":[]}])"}) {
    EXPECT_EQ(patch_of(kWebhook, webhooks(list), "x").error().reason, Reason::BadConfig) << list;
  }
  for (const auto* object : {"{}", R"({"metadata":{}})"}) {
    EXPECT_EQ(patch_of(kProvider, parsed(object), "x").error().reason, Reason::BadConfig) << object;
  }
}

TEST(BundleTarget, TellsByWhichNamesItCalls) {
  using Hosts = std::vector<std::string>;
  EXPECT_EQ(
      hosts_of(kWebhook,
               webhooks(R"([{"clientConfig":{"service":{"name":"cs","namespace":"ns"}}},)"
                        R"({"clientConfig":{"service":{"name":"cs","namespace":"ns"}}},)"
                        R"({"clientConfig":{"url":"https://a.example:8443/validate"}},)"
                        R"({"clientConfig":{"service":{"name":"cs"}}},{"clientConfig":{}},{}])")),
      (Hosts{"a.example", "cs.ns.svc"}));
  EXPECT_EQ(hosts_of(kProvider, parsed(R"({"spec":{"url":"https://cs.ns.svc:443/x"}})")),
            Hosts{"cs.ns.svc"});
  EXPECT_EQ(hosts_of(kProvider, parsed("{}")), Hosts{});
}

}  // namespace
}  // namespace countersign::serving
