// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_puller.h"

#include "countersign/base/limits.h"

#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

// "namespace/account: secret, secret" or the reason.
std::string puller_of(const std::string& spec) {
  Request request;
  request.object = pod(R"({"containers":[{"name":"c","image":"a.io/b"}])" + spec + "}");
  const auto review = parse_review(request.text(), {});
  if (!review) {
    return std::string(wire_name(review.error().error.reason));
  }
  auto text = review->puller.name_space + "/" + review->puller.service_account + ":";
  for (const auto& name : review->puller.pull_secrets) {
    text += " \"" + name + "\"";
  }
  return text;
}

TEST(PodPuller, ReadsWhatThePodBrings) {
  const struct {
    const char *spec, *expected;
  } rows[] = {
      {"", "shop/default:"},
      {R"(,"serviceAccountName":"build")", "shop/build:"},
      {R"(,"serviceAccountName":"build","serviceAccount":"old")", "shop/build:"},
      {R"(,"serviceAccountName":"","serviceAccount":"old")", "shop/old:"},
      {R"(,"serviceAccountName":null,"imagePullSecrets":null)", "shop/default:"},
      {R"(,"imagePullSecrets":[])", "shop/default:"},
      {R"(,"imagePullSecrets":[{"name":"b"},{"name":"a","future":1},{"name":"b"}])",
       R"(shop/default: "b" "a" "b")"},
      {R"(,"imagePullSecrets":[{"name":"../x"},{"name":""},{},{"name":null}])",
       R"(shop/default: "../x" "" "" "")"},
      {R"(,"serviceAccountName":1)", "BAD_REQUEST"},
      {R"(,"serviceAccount":{})", "BAD_REQUEST"},
      {R"(,"imagePullSecrets":{})", "BAD_REQUEST"},
      {R"(,"imagePullSecrets":"a")", "BAD_REQUEST"},
      {R"(,"imagePullSecrets":["a"])", "BAD_REQUEST"},
      {R"(,"imagePullSecrets":[null])", "BAD_REQUEST"},
      {R"(,"imagePullSecrets":[{"name":1}])", "BAD_REQUEST"},
  };
  for (const auto& [spec, expected] : rows) {
    EXPECT_EQ(puller_of(spec), expected) << spec;
  }
}

TEST(PodPuller, CountsTheSecrets) {
  std::string list;
  for (std::size_t index = 0; index < limits::kPullSecrets; ++index) {
    list += (index == 0 ? "" : ",") + std::string(R"({"name":"a"})");
  }
  EXPECT_NE(puller_of(R"(,"imagePullSecrets":[)" + list + "]"), "BAD_REQUEST");
  EXPECT_EQ(puller_of(R"(,"imagePullSecrets":[)" + list + R"(,{"name":"a"}])"), "BAD_REQUEST");
}

TEST(PodPuller, EphemeralContainersArePulledWithThePodsSecrets) {
  Request request;
  request.subresource = R"("ephemeralcontainers")";
  request.operation = R"("UPDATE")";
  request.object = pod(R"({"containers":[{"name":"c","image":"a.io/b"}],
      "ephemeralContainers":[{"name":"debug","image":"a.io/debug"}],
      "serviceAccountName":"build","imagePullSecrets":[{"name":"pull"}]})");
  request.old_object = pod(R"({"containers":[{"name":"c","image":"a.io/b"}],
      "serviceAccountName":"other","imagePullSecrets":[{"name":"old"}]})");
  const auto review = parse_review(request.text(), {});
  ASSERT_TRUE(review);
  ASSERT_EQ(review->images.size(), 1U);
  EXPECT_EQ(review->puller.name_space, "shop");
  EXPECT_EQ(review->puller.service_account, "build");
  EXPECT_EQ(review->puller.pull_secrets, std::vector<std::string>{"pull"});
}

TEST(PodPuller, NeedsASpec) {
  const auto empty = codec::Json::parse("{}", {.bytes = 10}, Reason::Internal);
  EXPECT_EQ(read_puller({.pod = &*empty, .prefix = ""}, "shop").error().reason, Reason::BadRequest);
}

TEST(PodPuller, OfATemplateIsThatOfItsPods) {
  Request request;
  request.kind = R"({"group":"batch","version":"v1","kind":"Job"})";
  request.resource = R"({"group":"batch","version":"v1","resource":"jobs"})";
  request.object = R"({"kind":"Job","apiVersion":"batch/v1","spec":{"template":{"spec":{
      "containers":[{"name":"c","image":"x"}],"serviceAccountName":"build",
      "imagePullSecrets":[{"name":"pull"}]}}}})";
  const auto review = parse_review(request.text(), {});
  ASSERT_TRUE(review) << review.error().error.detail;
  EXPECT_EQ(review->puller.name_space, "shop");
  EXPECT_EQ(review->puller.service_account, "build");
  EXPECT_EQ(review->puller.pull_secrets, std::vector<std::string>{"pull"});
}

TEST(PodPuller, WithoutATemplateThereIsNothingToPull) {
  const auto puller = read_puller({.pod = nullptr, .prefix = "spec.template."}, "shop");
  ASSERT_TRUE(puller);
  EXPECT_TRUE(puller->pull_secrets.empty());
}

}  // namespace
}  // namespace countersign::kube
