// SPDX-License-Identifier: Apache-2.0
// SUP-09: what the registration of the webhook lets through.
#include "countersign/cluster/webhook_registration.h"

#include <gtest/gtest.h>

namespace countersign::cluster {
namespace {

// The enforcing entry as the chart writes it, and the advising one, which may be ignored.
const std::string kEntry = R"({
  "name": "images.example", "failurePolicy": "Fail",
  "clientConfig": {"service": {"namespace": "cs", "name": "cs", "path": "/validate", "port": 443}},
  "namespaceSelector": {"matchExpressions": [{"key": "kubernetes.io/metadata.name",
    "operator": "NotIn", "values": ["cs", "kube-system"]}]},
  "objectSelector": {},
  "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
    "resources": ["pods", "pods/ephemeralcontainers", "pods/resize"], "scope": "Namespaced"}]})";
const std::string kAdvice = R"({
  "name": "advice.example", "failurePolicy": "Ignore",
  "clientConfig": {"service": {"namespace": "cs", "name": "cs", "path": "/advise"}},
  "rules": []})";

std::string with(std::string_view from, std::string_view to) {
  auto text = kEntry;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

WebhookRegistration review(const std::string& webhooks) {
  const auto json =
      codec::Json::parse(R"({"webhooks":[)" + webhooks + "]}", {.bytes = 65'536}, Reason::Internal);
  EXPECT_TRUE(json) << json.error().detail;
  return review_registration(*json, "/validate");
}

std::string all(const std::vector<std::string>& clauses) {
  std::string text;
  for (const auto& each : clauses) {
    text += each + "\n";
  }
  return text;
}

TEST(WebhookRegistration, HasNoGapAsTheChartMakesIt) {
  for (const auto& webhooks : {kEntry + "," + kAdvice, kAdvice + "," + kEntry, kEntry}) {
    const auto found = review(webhooks);
    EXPECT_EQ(all(found.gaps), "");
    EXPECT_EQ(all(found.exemptions), "");
  }
}

TEST(WebhookRegistration, IsReadAsTheApiServerReadsIt) {
  const std::string wide =
      R"("rules": [{"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"], "scope": "*"}]})";
  const auto rules = kEntry.find("\"rules\"");
  EXPECT_EQ(all(review(kEntry.substr(0, rules) + wide).gaps), "");
  EXPECT_EQ(all(review(with(R"("pods", "pods/ephemeralcontainers")", R"("*", "pods/*")")).gaps),
            "");
  EXPECT_EQ(
      all(review(
              with(
                  R"({"service": {"namespace": "cs", "name": "cs", "path": "/validate", "port": 443}})",
                  R"({"url": "https://cs.example:8443/validate"})"))
              .gaps),
      "");
  // Two entries share the work.
  const auto pods = with(R"("pods", "pods/ephemeralcontainers", "pods/resize")", R"("pods")");
  const auto rest =
      with(R"("pods", "pods/ephemeralcontainers", "pods/resize")", R"("pods/ephemeralcontainers")");
  EXPECT_EQ(all(review(pods + "," + rest).gaps), "");
}

TEST(WebhookRegistration, NamesEveryGap) {
  const std::string selector = R"("operator": "NotIn", "values": ["cs", "kube-system"]}])";
  const struct {
    std::string webhooks, said;
  } kRows[] = {
      {kAdvice, "leads to /validate"},
      {"", "leads to /validate"},
      {with("/validate", "/elsewhere"), "leads to /validate"},
      {with(R"("failurePolicy": "Fail")", R"("failurePolicy": "Ignore")"), "failurePolicy"},
      {with(R"("failurePolicy": "Fail",)", ""), "failurePolicy"},
      {with(R"("pods", )", ""), "CREATE of pods"},
      {with(R"("pods", )", R"("*/scale", )"), "CREATE of pods"},
      {with(R"("pods", "pods/ephemeralcontainers")", R"("*")"), "pods/ephemeralcontainers"},
      {with(R"("pods/ephemeralcontainers", )", ""), "pods/ephemeralcontainers"},
      {with(R"("CREATE", "UPDATE")", R"("CREATE")"), "UPDATE of pods"},
      {with(R"("CREATE", "UPDATE")", R"("UPDATE")"), "CREATE of pods"},
      {with(R"("apiGroups": [""])", R"("apiGroups": ["apps"])"), "CREATE of pods"},
      {with(R"("apiVersions": ["v1"])", R"("apiVersions": ["v2"])"), "CREATE of pods"},
      {with("Namespaced", "Cluster"), "CREATE of pods"},
      {with(R"("rules")", R"("norules")"), "CREATE of pods"},
      {with(selector, R"("operator": "DoesNotExist"}])"), "no namespace can match"},
      {with(selector,
            R"("operator": "Exists"}], "matchLabels": {"kubernetes.io/metadata.name": "a"},
         "matchExpressions2": [])"),
       ""},
      {with(selector, selector + R"(, "matchLabels": {"kubernetes.io/metadata.name": "cs"})"),
       "no namespace can match"},
      {with(R"("objectSelector": {})", R"("objectSelector": {"matchLabels": {"a": "b"}})"),
       "objectSelector"},
  };
  for (const auto& row : kRows) {
    const auto gaps = all(review(row.webhooks).gaps);
    EXPECT_NE(gaps.find(row.said), std::string::npos) << row.said << " in: " << gaps;
    EXPECT_EQ(gaps.empty(), row.said.empty()) << row.webhooks << gaps;
  }
}

TEST(WebhookRegistration, TellsWhatIsLeftOut) {
  const std::string selector = R"("operator": "NotIn", "values": ["cs", "kube-system"]}])";
  const struct {
    std::string webhooks, said;
  } kRows[] = {
      {with(selector, R"("operator": "In", "values": ["shop"]}])"), "lists"},
      {with(selector, selector + R"(, "matchLabels": {"signed": "yes"})"), "label signed"},
      {with("kubernetes.io/metadata.name", "team"), "label team"},
      {with(R"("objectSelector": {})",
            R"("matchConditions": [{"name": "a", "expression": "true"}])"),
       "matchConditions"},
  };
  for (const auto& row : kRows) {
    const auto found = review(row.webhooks);
    EXPECT_EQ(all(found.gaps), "");
    ASSERT_EQ(found.exemptions.size(), 1U) << row.said;
    EXPECT_NE(found.exemptions.front().find(row.said), std::string::npos)
        << found.exemptions.front();
  }
}

TEST(WebhookRegistration, TakesNothingForGranted) {
  for (const auto* text : {"{}", "[]", "null", R"({"webhooks":{}})", R"({"webhooks":[1,null,{}]})",
                           R"({"webhooks":[{"clientConfig":{"url":"x"}}]})"}) {
    const auto json = codec::Json::parse(text, {.bytes = 1'000}, Reason::Internal).value();
    EXPECT_EQ(review_registration(json, "/validate").gaps.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace countersign::cluster
