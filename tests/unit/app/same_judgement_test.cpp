// SPDX-License-Identifier: Apache-2.0
// `countersign review` and the webhook, each by its own way in, say the same of every case on file:
// the verdict, and of each image the field, the reason and the words that explain it.
#include <algorithm>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/kube/admission_review.h"
#include "countersign/kube/workloads.h"

#include "app/application.h"
#include "app/commands.h"
#include "app/webhook.h"
#include "app/yaml_json.h"
#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;
using codec::Json;

Json parse(const std::string& text) {
  auto json = Json::parse(
      text, {.bytes = limits::kReviewBytes, .depth = limits::kJsonDepth, .nodes = 100'000},
      Reason::Internal);
  EXPECT_TRUE(json) << text;
  return json.value_or(Json());
}

std::string review_of(const std::string& spec) {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",)"
         R"("kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"",)"
         R"("version":"v1","resource":"pods"},"name":"web","namespace":"default",)"
         R"("operation":"CREATE","object":{"apiVersion":"v1","kind":"Pod",)"
         R"("metadata":{"name":"web"},"spec":)" +
         spec + "}}}";
}

// The review of a new object of this kind around the pod's spec.
std::string review_of(const kube::Workload& workload, const std::string& spec) {
  auto object = "\"spec\":" + spec;
  const auto& names = workload.path.names();
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    object = "\"" + *name + "\":{" + object + "}";
  }
  const auto group = R"({"group":")" + workload.group + R"(","version":")" + workload.version;
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",)"
         R"("kind":)" +
         group + R"(","kind":")" + workload.kind + R"("},"resource":)" + group +
         R"(","resource":")" + workload.resource +
         R"("},"name":"web","namespace":"default","operation":"CREATE","object":{"apiVersion":")" +
         workload.api_version() + R"(","kind":")" + workload.kind +
         R"(","metadata":{"name":"web"},)" + object + "}}}";
}

// A rule for everything that the cases name: let through, look at, and nothing said.
std::string with_rules(std::string config) {
  constexpr std::string_view kRules = "  rules:\n";
  config.insert(config.find(kRules),
                "  workloads:\n    - {group: argoproj.io, version: v1alpha1, resource: rollouts, "
                "kind: Rollout, template: spec.template, templateOptional: true}\n");
  return config.insert(config.find(kRules) + kRules.size(),
                       "    - {name: ours, images: [\"docker.io/signed/**\"], action: allow}\n"
                       "    - {name: all, images: [\"docker.io/unsigned/app\"], action: verify}\n");
}

// What the command prints below its first line, made of the webhook's answer.
std::string as_the_command_says(const Json& answer, const std::string& json,
                                const kube::Workloads& workloads) {
  const auto* const response = answer.find("response");
  const auto* const status = response->find("status");
  const auto* const causes = status == nullptr ? nullptr : status->find("details")->find("causes");
  const auto explained = [](const Json& cause) {
    const auto reason = *cause.find_string("reason");
    const auto known = std::ranges::find(all_reasons(), reason, wire_name);
    const auto& detail = *cause.find_string("message");
    return reason + ", " + std::string(meaning(*known)) + (detail.empty() ? "" : ": " + detail);
  };
  const auto review = kube::parse_review(json, workloads);
  if (!review) {
    const auto& cause = causes->elements().front();
    return "  " + *cause.find_string("reason") + ", " + *cause.find_string("message") + "\n";
  }
  std::string text;
  for (const auto& use : review->images) {
    std::string refusal;
    for (const auto& cause : causes == nullptr ? std::span<const Json>() : causes->elements()) {
      refusal = *cause.find_string("field") == use.field ? explained(cause) : refusal;
    }
    text += (refusal.empty() ? "  allow  " : "  deny   ") + use.field + " " + use.image + "\n" +
            (refusal.empty() ? "" : "         " + refusal + "\n");
  }
  return text;
}

struct Said {
  bool allowed;
  std::string text;  // without its first line
};

class SameJudgementTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto text = with_rules(image_.config());
    options_.config = folder_.write("c.yaml", text);
    options_.at = services_.clock.now();
    auto config = parse_config(text, "c.yaml", builtins(), services_.services);
    ASSERT_TRUE(config) << config.error().front();
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    ASSERT_TRUE(made) << made.error().detail;
    application_ = std::move(*made);
    application_->refresh_trust(services_.clock.in(1s));
  }

  const kube::Workloads& workloads() {
    return application_->admitter().view().configuration->workloads;
  }
  Said webhook(const std::string& json) {
    Webhook webhook({.admitter = application_->admitter(),
                     .clock = services_.clock,
                     .metrics = metrics_,
                     .logger = *logger_});
    const auto reply = webhook.handle({.path = "/validate",
                                       .query = "timeout=10s",
                                       .content_type = "application/json",
                                       .body = json,
                                       .received = services_.clock.tick()});
    const auto answer = parse(reply.body);
    const auto allowed = answer.find("response")->find("allowed")->boolean();
    return {allowed.value(), as_the_command_says(answer, json, workloads())};
  }
  Said command(const std::string& file) {
    TestConsole test;
    options_.file = folder_.write("case.json", file);
    const auto exit = review(options_, test.console);
    EXPECT_EQ(test.err.str(), "") << file;
    const auto text = test.out.str();
    return {exit == Exit::Yes, text.substr(text.find('\n') + 1)};
  }
  std::map<std::string, std::string> reviews_on_file() {
    std::map<std::string, std::string> reviews;
    for (const auto& entry : std::filesystem::directory_iterator(support::test_data("kube"))) {
      const auto name = "kube/" + entry.path().filename().string();
      if (exists(entry.path() / "review.json")) {
        reviews.emplace(name, support::read_test_data(name + "/review.json"));
      }
    }
    const auto pod = [](const std::string& image) {
      return review_of(R"({"containers":[{"name":"c","image":")" + image +
                       R"("},{"name":"d","image":"signed/app:1"}]})");
    };
    reviews.emplace("signed", pod(image_.image()));
    reviews.emplace("no reference", pod("UPPER/case"));
    reviews.emplace("no such image", pod(image_.repository + ":none"));
    reviews.emplace("no containers", review_of(R"({"containers":[]})"));
    const std::vector<std::pair<std::string, std::string>> specs{
        {"signed", R"({"containers":[{"name":"c","image":")" + image_.image() + R"("}]})"},
        {"unsigned", R"({"containers":[{"name":"c","image":"ghcr.io/a/b:1"}],
            "initContainers":[{"name":"i","image":")" +
                         image_.image() + R"("}],
            "volumes":[{"name":"v","image":{"reference":"signed/app:1"}}]})"},
        {"no image", R"({"containers":[{"name":"c"}]})"},
        {"empty image", R"({"containers":[{"name":"c","image":""}]})"},
        {"no containers", R"({"containers":[]})"},
        {"no list", R"({"containers":7})"},
        {"no spec", "null"},
        {"restored", R"({"restoreFrom":"x","containers":[{"name":"c","image":"signed/a"}]})"}};
    for (const auto& workload : workloads().all()) {
      for (const auto& [name, spec] : specs) {
        reviews.emplace(workload.kind + ": " + name, review_of(workload, spec));
      }
    }
    return reviews;
  }

  SignedImage image_;
  TestServices services_;
  support::TempFolder folder_;
  ReviewOptions options_;
  server::Metrics metrics_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::unique_ptr<Application> application_;
};

TEST_F(SameJudgementTest, OfEveryReviewAndOfTheManifestInIt) {  // AW-126
  std::size_t allowed = 0, denied = 0, manifests = 0;
  for (const auto& [name, json] : reviews_on_file()) {
    const auto expected = webhook(json);
    ++(expected.allowed ? allowed : denied);
    const auto said = command(json);
    EXPECT_EQ(said.allowed, expected.allowed) << name;
    EXPECT_EQ(said.text, expected.text) << name;

    const auto document = parse(json);
    const auto& request = *document.find("request");
    if (*request.find_string("operation") != "CREATE") {
      continue;  // an update is judged by what it changes, which no manifest says
    }
    ++manifests;
    const auto of_manifest = command(json_text(*request.find("object")));
    EXPECT_EQ(of_manifest.allowed, expected.allowed) << name;
    EXPECT_EQ(of_manifest.text, expected.text) << name;
  }
  EXPECT_GE(allowed, 30U);
  EXPECT_GE(denied, 50U);
  EXPECT_GE(manifests, 80U);
}

}  // namespace
}  // namespace countersign::app
