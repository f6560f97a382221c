// SPDX-License-Identifier: Apache-2.0
#include "app/webhook.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/application.h"
#include "samples.h"
#include "support/api_server.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kUid = "705ab4f5-6393-11e8-b7cc-42010a800002";

std::string review_of(const std::string& image) {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":")" +
         std::string(kUid) +
         R"(","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"",)"
         R"("version":"v1","resource":"pods"},"name":"web","namespace":"shop",)"
         R"("operation":"CREATE","userInfo":{"username":"alice"},"object":{"apiVersion":"v1",)"
         R"("kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":")" +
         image + R"("}]}}}})";
}

// The same as a Deployment.
std::string deployment_of(const std::string& image) {
  auto body = review_of(image);
  const auto replace = [&body](std::string_view from, std::string_view to) {
    body.replace(body.find(from), from.size(), to);
  };
  replace(R"("group":"","version":"v1","kind":"Pod")",
          R"("group":"apps","version":"v1","kind":"Deployment")");
  replace(R"("group":"","version":"v1","resource":"pods")",
          R"("group":"apps","version":"v1","resource":"deployments")");
  replace(R"("apiVersion":"v1","kind":"Pod")", R"("apiVersion":"apps/v1","kind":"Deployment")");
  replace(R"("spec":{)", R"("spec":{"template":{"spec":{)");
  return body.replace(body.size() - 2, 2, "}}}}");
}

class Lines final : public log::Logger {  // "LEVEL message|name=text..."
 public:
  void write(log::Level level, std::string_view message,
             std::initializer_list<log::Field> fields) override {
    std::string line(level == log::Level::Warning ? "WARNING " : "");
    line += message;
    for (const auto& field : fields) {
      const auto* const text = std::get_if<std::string_view>(&field.value);
      line += text == nullptr ? "" : "|" + std::string(field.name) + "=" + std::string(*text);
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

class WebhookTest : public testing::Test {
 protected:
  void SetUp() override {
    constexpr std::string_view kRules = "  rules:\n";
    auto text = image_.config();
    text.insert(text.find(kRules) + kRules.size(),
                "    - {name: system, namespaces: [kube-system], action: allow}\n");
    start(text);
  }

  void start(const std::string& text, std::shared_ptr<admission::Namespaces> namespaces = nullptr) {
    auto config = parse_config(text, "c.yaml", builtins(), services_.services);
    ASSERT_TRUE(config) << config.error().front();
    config->setup.namespaces = std::move(namespaces);
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    ASSERT_TRUE(made) << made.error().detail;
    application_ = std::move(*made);
    application_->refresh_trust(services_.clock.in(1s));
    webhook_ = std::make_unique<Webhook>(WebhookParts{.admitter = application_->admitter(),
                                                      .clock = services_.clock,
                                                      .metrics = metrics_,
                                                      .logger = lines_});
  }

  server::HttpRequest request(std::string body, std::string path = "/validate",
                              std::string query = "timeout=10s") {
    return {.path = std::move(path),
            .query = std::move(query),
            .content_type = "application/json",
            .body = std::move(body),
            .received = services_.clock.tick()};
  }
  support::Ruling ruling(const server::HttpReply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.content_type, "application/json");
    return support::accept_answer(reply.body, kUid);
  }

  SignedImage image_;
  TestServices services_;
  server::Metrics metrics_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  Lines lines_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<Webhook> webhook_;
};

TEST_F(WebhookTest, AllowsASignedImage) {  // AW-01
  const auto ruled = ruling(webhook_->handle(request(review_of(image_.image()))));
  EXPECT_TRUE(ruled.allowed) << ruled.message;
  EXPECT_TRUE(ruled.warnings.empty());
}

TEST_F(WebhookTest, DeniesWithTheReasonAndTheCorrelationId) {  // AW-28
  const auto ruled = ruling(webhook_->handle(request(review_of("ghcr.io/a/b:1"))));
  EXPECT_FALSE(ruled.allowed);
  EXPECT_EQ(ruled.code, 403);
  EXPECT_NE(ruled.message.find("NO_POLICY"), std::string::npos) << ruled.message;
  EXPECT_NE(ruled.message.find("705ab4f5"), std::string::npos) << ruled.message;
}

TEST_F(WebhookTest, OnlyAdvisesAtTheOtherEntry) {
  const auto ruled = ruling(webhook_->handle(request(review_of("ghcr.io/a/b:1"), "/advise")));
  EXPECT_TRUE(ruled.allowed);
  ASSERT_EQ(ruled.warnings.size(), 1U);
  EXPECT_NE(ruled.warnings[0].find("NO_POLICY"), std::string::npos);
}

TEST_F(WebhookTest, JudgesAWorkloadAsItsPod) {  // ADM-12
  EXPECT_TRUE(ruling(webhook_->handle(request(deployment_of(image_.image())))).allowed);
  const auto denied = ruling(webhook_->handle(request(deployment_of("ghcr.io/a/b:1"))));
  EXPECT_FALSE(denied.allowed);
  EXPECT_EQ(denied.code, 403);
  EXPECT_NE(denied.message.find("NO_POLICY spec.template.spec.containers[0].image"),
            std::string::npos)
      << denied.message;
  const auto warned = ruling(webhook_->handle(request(deployment_of("ghcr.io/a/b:1"), "/advise")));
  EXPECT_TRUE(warned.allowed);
  ASSERT_EQ(warned.warnings.size(), 1U);
  EXPECT_NE(warned.warnings[0].find("NO_POLICY spec.template.spec.containers[0].image"),
            std::string::npos);
}

TEST_F(WebhookTest, AnEmptyImageIsOneInAPodOnly) {  // AW-48
  for (const auto* path : {"/validate", "/advise"}) {
    const auto ruled = ruling(webhook_->handle(request(deployment_of(""), path)));
    EXPECT_TRUE(ruled.allowed) << path;
    EXPECT_TRUE(ruled.warnings.empty()) << path;
  }
  EXPECT_FALSE(ruling(webhook_->handle(request(review_of("")))).allowed);
}

TEST_F(WebhookTest, DoesNotJudgeWhatItDoesNotKnow) {  // AW-60
  auto body = deployment_of(image_.image());
  for (std::size_t at = 0; (at = body.find("apps", at)) != std::string::npos;) {
    body.replace(at, 4, "a.io");
  }
  const auto denied = ruling(webhook_->handle(request(body)));
  EXPECT_FALSE(denied.allowed);
  EXPECT_NE(denied.message.find("UNSUPPORTED_RESOURCE"), std::string::npos) << denied.message;
  const auto warned = ruling(webhook_->handle(request(body, "/advise")));
  EXPECT_TRUE(warned.allowed);
  EXPECT_EQ(warned.warnings,
            std::vector<std::string>{"countersign: not judged: UNSUPPORTED_RESOURCE"});
}

TEST_F(WebhookTest, LogsANamespaceThatContradictsTheRequest) {  // AW-09
  auto body = review_of("ghcr.io/a/b:1");
  const std::string metadata = R"("metadata":{"name":"web")";
  body.insert(body.find(metadata) + metadata.size(), R"(,"namespace":"kube-system")");
  EXPECT_FALSE(ruling(webhook_->handle(request(body))).allowed) << "shop counts";
  ASSERT_EQ(lines_.lines.size(), 2U);
  EXPECT_EQ(lines_.lines[0],
            "WARNING the object names another namespace than the request, which counts|uid=" +
                std::string(kUid) + "|namespace=shop|objectNamespace=kube-system");
  lines_.lines.clear();
  webhook_->handle(request(review_of("ghcr.io/a/b:1")));
  EXPECT_EQ(lines_.lines.size(), 1U);
}

TEST_F(WebhookTest, PolicyDecidesAboutMirrorPodsAndTheSystem) {  // AW-57
  auto mirror = review_of("ghcr.io/a/b:1");
  const std::string metadata = R"("metadata":{"name":"web")";
  mirror.insert(mirror.find(metadata) + metadata.size(),
                R"(,"annotations":{"kubernetes.io/config.mirror":"0"})");
  EXPECT_FALSE(ruling(webhook_->handle(request(mirror))).allowed);
  const auto in = [](std::string body, std::string_view name_space) {
    return body.replace(body.find("shop"), 4, name_space);
  };
  EXPECT_TRUE(ruling(webhook_->handle(request(in(mirror, "kube-system")))).allowed);
  for (const auto* name : {"kube-system.", "Kube-System", "kube-system2", "kube", ""}) {  // AW-73
    EXPECT_FALSE(ruling(webhook_->handle(request(in(mirror, name)))).allowed) << name;
  }
}

// The ruling checks that messages and warnings are UTF-8 and short enough. AW-11
TEST_F(WebhookTest, OddAndLongNamesGetAVerdict) {
  const auto repeated = [](std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t count = 0; count < times; ++count) {
      all += text;
    }
    return all;
  };
  const std::string label(63, 'n');
  for (const auto& name :
       {std::string(253, 'n'), repeated("\xC3\xA4", 126), repeated("\xF0\x9F\x98\x80", 63),
        repeated(label + ".", 62) + label, std::string("\xE2\x80\xAE"), std::string("a\tb")}) {
    auto body = review_of("ghcr.io/a/b:1");
    auto escaped = name;
    for (std::size_t at = 0; (at = escaped.find('\t', at)) != std::string::npos; ++at) {
      escaped.replace(at, 1, "\\t");
    }
    for (const auto* member : {R"("name":"web")", R"("namespace":"shop")", R"("name":"c")"}) {
      for (std::size_t at = 0; (at = body.find(member, at)) != std::string::npos;) {
        const auto key = std::string(member).substr(0, std::string(member).find(':') + 1);
        const auto value = key + "\"" + escaped + "\"";
        body.replace(at, std::string(member).size(), value);
        at += value.size();
      }
    }
    const auto denied = ruling(webhook_->handle(request(body)));
    EXPECT_FALSE(denied.allowed) << name;
    EXPECT_LE(denied.message.size(), limits::kDenialBytes) << name;
    EXPECT_NE(denied.message.find("NO_POLICY spec.containers[0].image"), std::string::npos);
    EXPECT_EQ(denied.message.find('\t'), std::string::npos);
    const auto warned = ruling(webhook_->handle(request(body, "/advise")));
    EXPECT_TRUE(warned.allowed) << name;
    EXPECT_EQ(warned.warnings.size(), 1U) << name;
  }
}

TEST_F(WebhookTest, EchoesTheUidOfWhatItCantJudge) {  // AW-15, AW-25
  auto body = review_of("a");
  const std::string from = R"("kind":"Pod","metadata")";
  body.replace(body.find(from), from.size(), R"("kind":"Deployment","metadata")");
  auto ruled = ruling(webhook_->handle(request(body)));
  EXPECT_FALSE(ruled.allowed);
  EXPECT_EQ(ruled.code, 403);
  ruled = ruling(webhook_->handle(request(body, "/advise")));
  EXPECT_TRUE(ruled.allowed);
  EXPECT_EQ(ruled.warnings.size(), 1U);
}

TEST_F(WebhookTest, AnswersBadRequestWithoutAUid) {  // AW-13, AW-14
  for (const auto* body : {"", "{", "null", "[]", "{}", R"({"request":{}})"}) {
    for (const auto* path : {"/validate", "/advise"}) {
      const auto reply = webhook_->handle(request(body, path));
      EXPECT_EQ(reply.status, 400) << body;
      EXPECT_NE(reply.body.find("\"error\""), std::string::npos) << body;
    }
  }
}

TEST_F(WebhookTest, DeniesForNowWhenTheTimeIsUp) {  // AW-29, OVL-02
  const auto ruled =
      ruling(webhook_->handle(request(review_of(image_.image()), "/validate", "timeout=0s")));
  EXPECT_FALSE(ruled.allowed);
  EXPECT_EQ(ruled.code, 429);
  EXPECT_GT(ruled.retry_after, 0);
  EXPECT_NE(ruled.message.find("DEADLINE_EXCEEDED"), std::string::npos) << ruled.message;
}

TEST_F(WebhookTest, CountsTheTimeFromTheFirstByte) {
  auto early = request(review_of(image_.image()));
  services_.clock.advance(10s);
  EXPECT_EQ(ruling(webhook_->handle(early)).code, 429);
}

TEST_F(WebhookTest, DeniesForNowWhenTheQueueIsFull) {  // OVL-01
  const auto ruled = ruling(webhook_->overloaded(request(review_of(image_.image()))));
  EXPECT_FALSE(ruled.allowed);
  EXPECT_EQ(ruled.code, 429);
  EXPECT_NE(ruled.message.find("OVERLOADED"), std::string::npos);
  EXPECT_TRUE(ruling(webhook_->overloaded(request(review_of("a"), "/advise"))).allowed);
  EXPECT_EQ(webhook_->overloaded(request("{}")).status, 400);
}

TEST_F(WebhookTest, KnowsItsEntriesExactly) {  // AW-24
  EXPECT_TRUE(webhook_->knows("/validate"));
  EXPECT_TRUE(webhook_->knows("/advise"));
  for (const auto* path : {"", "/", "/validate/", "//validate", "/VALIDATE", "/validate%2f"}) {
    EXPECT_FALSE(webhook_->knows(path)) << path;
  }
}

TEST_F(WebhookTest, CountsEveryDecision) {
  webhook_->handle(request(review_of(image_.image())));
  webhook_->handle(request(review_of("ghcr.io/a/b:1")));
  const auto page = metrics_.text();
  EXPECT_NE(page.find("NO_POLICY"), std::string::npos) << page;
}

class Labelled final : public admission::Namespaces {  // every namespace
 public:
  Result<admission::Labels> labels(std::string_view, Deadline) override {
    return admission::Labels{{"glass", "true"}};
  }
};

TEST_F(WebhookTest, WarnsAndRecordsBehindTheGlass) {  // POL-05
  auto text = image_.config();
  const std::string admission = "admission:\n";
  text.insert(text.find(admission) + admission.size(), "  breakGlass: {namespaceLabel: glass}\n");
  start(text, std::make_shared<Labelled>());
  const auto reply = webhook_->handle(request(review_of("ghcr.io/a/b:1")));
  const auto ruled = ruling(reply);
  EXPECT_TRUE(ruled.allowed);
  ASSERT_EQ(ruled.warnings.size(), 1U);
  EXPECT_NE(reply.body.find(R"("exempt":"break-glass")"), std::string::npos) << reply.body;
}

bool warns_of(const support::Ruling& ruling, std::string_view what) {
  return std::ranges::any_of(ruling.warnings, [what](const std::string& warning) {
    return warning.find(what) != std::string::npos;
  });
}

// A statement that lets a check fail is told of to the user, and counted, whenever one did.
TEST_F(WebhookTest, WarnsOfWhatPermissiveAndAuditLetPass) {  // POL-08
  const auto under = [this](std::string_view level, const std::string& store) {
    auto text = image_.config();
    const auto at = text.find("trustPolicy: ");
    text.replace(at, text.find('\n', at) - at,
                 "trustPolicy: {version: \"1.0\", trustPolicies: [{name: apps, registryScopes: "
                 "[\"*\"], signatureVerification: {level: " +
                     std::string(level) +
                     "}, trustStores: [\"ca:vectors\"], trustedIdentities: [\"*\"]}]}");
    if (!store.empty()) {
      const auto home = text.find(image_.home() + "/truststore");
      text.replace(home, image_.home().size(), store);
    }
    start(text);
    return ruling(webhook_->handle(request(review_of(image_.image()))));
  };
  const auto stranger = support::test_data("notation/valid/cli-akv-self-signed/home").string();
  EXPECT_FALSE(under("permissive", stranger).allowed);
  const auto audited = under("audit", stranger);
  EXPECT_TRUE(audited.allowed);
  EXPECT_TRUE(warns_of(audited, "authenticity UNTRUSTED"));
  EXPECT_EQ(metrics_.text().find("countersign_logged_checks_total 0"), std::string::npos);

  services_.clock.advance(std::chrono::hours(24 * 365 * 80));  // the certificates have ended
  EXPECT_FALSE(under("strict", {}).allowed);
  const auto permitted = under("permissive", {});
  EXPECT_TRUE(permitted.allowed) << permitted.message;
  EXPECT_TRUE(warns_of(permitted, "authenticTimestamp"));
}

TEST(Webhook, TakesTheBeginningOfTheUidForAnId) {
  EXPECT_EQ(correlation_id(kUid), "705ab4f5");
  EXPECT_EQ(correlation_id(""), "");
  EXPECT_EQ(correlation_id("a\nb"), "a?b");
}

TEST_F(WebhookTest, AnswersAtOnceWhatNeedsNoRegistry) {
  auto body = review_of("ghcr.io/a/b:1");
  body.replace(body.find("shop"), 4, "kube-system");
  const auto reply = webhook_->handle_at_once(request(body));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(ruling(*reply).allowed);
  ASSERT_EQ(lines_.lines.size(), 1U);
  EXPECT_NE(lines_.lines[0].find("decision"), std::string::npos);
}

TEST_F(WebhookTest, LeavesNoTraceOfWhatItHandsOver) {
  const auto before = metrics_.text();
  for (const auto& body :
       {review_of(image_.image()), review_of("ghcr.io/a/b:1"), std::string("{")}) {
    EXPECT_FALSE(webhook_->handle_at_once(request(body)));
  }
  EXPECT_EQ(metrics_.text(), before);
  EXPECT_TRUE(lines_.lines.empty());
}

}  // namespace
}  // namespace countersign::app
