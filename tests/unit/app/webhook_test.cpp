// SPDX-License-Identifier: Apache-2.0
#include "app/webhook.h"

#include <gtest/gtest.h>

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

class WebhookTest : public testing::Test {
 protected:
  void SetUp() override {
    auto config = parse_config(image_.config(), "c.yaml", builtins(), services_.services);
    ASSERT_TRUE(config) << config.error().front();
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    ASSERT_TRUE(made) << made.error().detail;
    application_ = std::move(*made);
    application_->refresh_trust(services_.clock.in(1s));
    webhook_ =
        std::make_unique<Webhook>(application_->admitter(), services_.clock, metrics_, *logger_);
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

TEST(Webhook, TakesTheBeginningOfTheUidForAnId) {
  EXPECT_EQ(correlation_id(kUid), "705ab4f5");
  EXPECT_EQ(correlation_id(""), "");
  EXPECT_EQ(correlation_id("a\nb"), "a?b");
}

}  // namespace
}  // namespace countersign::app
