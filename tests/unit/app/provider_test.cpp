// SPDX-License-Identifier: Apache-2.0
#include "app/provider.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "app/application.h"
#include "app/webhook.h"
#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;
using codec::Json;

constexpr const char* kPath = "/ratify/gatekeeper/v1/verify";

std::string request_of(const std::vector<std::string>& keys) {
  codec::JsonWriter out;
  out.begin_object().member("apiVersion", "externaldata.gatekeeper.sh/v1beta1");
  out.member("kind", "ProviderRequest").key("request").begin_object().key("keys").begin_array();
  for (const auto& key : keys) {
    out.string(key);
  }
  out.end_array().end_object().end_object();
  return out.take();
}

class ProviderTest : public testing::Test {
 protected:
  void SetUp() override { configure(image_.config()); }

  void configure(const std::string& text) {
    auto config = parse_config(text, "c.yaml", builtins(), services_.services);
    ASSERT_TRUE(config) << config.error().front();
    provider_.reset();
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    ASSERT_TRUE(made) << made.error().detail;
    application_ = std::move(*made);
    application_->refresh_trust(services_.clock.in(1s));
    provider_ = std::make_unique<Provider>(ProviderParts{.admitter = application_->admitter(),
                                                         .workers = application_->workers(),
                                                         .clock = services_.clock,
                                                         .metrics = metrics_,
                                                         .logger = *logger_,
                                                         .timeout = 2'500ms,
                                                         .verifier = "notation"});
  }

  server::HttpRequest request(std::string body) {
    return {.path = kPath,
            .query = {},
            .content_type = "application/json",
            .body = std::move(body),
            .received = services_.clock.tick()};
  }
  // The member `response` of a valid ProviderResponse.
  static Json response_of(const server::HttpReply& reply, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.content_type, "application/json");
    const auto json = Json::parse(reply.body, {.bytes = 8 * limits::kMiB}, Reason::Internal);
    EXPECT_TRUE(json) << reply.body;
    EXPECT_EQ(*json->find_string("apiVersion"), "externaldata.gatekeeper.sh/v1beta1");
    EXPECT_EQ(*json->find_string("kind"), "ProviderResponse");
    EXPECT_EQ(json->find("response")->find("idempotent")->boolean(), true);
    return *json->find("response");
  }
  Json ask(const std::vector<std::string>& keys) {
    return response_of(provider_->handle(request(request_of(keys))));
  }

  SignedImage image_;
  TestServices services_;
  server::Metrics metrics_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::unique_ptr<Application> application_;
  std::unique_ptr<Provider> provider_;
};

std::string error_of(const Json& item) {
  const auto* error = item.find_string("error");
  return error == nullptr ? std::string() : *error;
}

// Of an item with a value: the code of its first report, "accepted" without one.
std::string verdict_of(const Json& item) {
  const auto* value = item.find("value");
  if (value == nullptr) {
    return error_of(item).substr(0, error_of(item).find_first_of(": "));
  }
  if (value->find("isSuccess")->boolean() == true) {
    return "accepted";
  }
  return *value->find("verifierReports")->elements()[0].find_string("errorReason");
}

TEST_F(ProviderTest, AnswersEveryKeyInItsPlace) {  // AW-110
  const std::string longest(64 * limits::kKiB, 'a');
  std::vector<std::string> many;
  for (std::size_t number = 0; number < 500; ++number) {
    many.push_back(number % 2 == 0 ? image_.image() : "ghcr.io/a/b:" + std::to_string(number % 20));
  }
  for (const auto& keys : std::vector<std::vector<std::string>>{
           {},
           {image_.image()},
           {"ghcr.io/a/b:1", image_.image(), "UPPER/a"},
           many,
           {image_.image(), image_.image(), "ghcr.io/a/b:1", image_.image()},
           {"", image_.image(), ""},
           {longest, image_.image()},
       }) {
    const auto response = ask(keys);
    EXPECT_EQ(response.find("systemError"), nullptr);
    const auto items = response.find("items")->elements();
    ASSERT_EQ(items.size(), keys.size());
    for (std::size_t index = 0; index < keys.size(); ++index) {
      const auto& key = keys[index];
      EXPECT_EQ(*items[index].find_string("key"), key);
      EXPECT_EQ(verdict_of(items[index]), key == image_.image()         ? "accepted"
                                          : key.starts_with("ghcr.io/") ? "NO_POLICY"
                                          : key == "UPPER/a"            ? "NO_POLICY"
                                                                        : "BAD_REFERENCE")
          << key.substr(0, 70);
      EXPECT_EQ(error_of(items[index]).empty(), !key.empty() && key != longest);
    }
  }
}

TEST_F(ProviderTest, SaysWhoSigned) {
  const auto response = ask({image_.image()});
  const auto* value = response.find("items")->elements()[0].find("value");
  EXPECT_EQ(*value->find_string("version"), "0.2.0");
  const auto& report = value->find("verifierReports")->elements()[0];
  EXPECT_EQ(*report.find_string("subject"), image_.image());
  EXPECT_EQ(report.find("isSuccess")->boolean(), true);
  EXPECT_EQ(*report.find_string("name"), "notation");
  EXPECT_TRUE(report.find_string("referenceDigest")->starts_with("sha256:"));
  EXPECT_FALSE(report.find("extensions")->find_string("Issuer")->empty());
  EXPECT_FALSE(report.find("extensions")->find_string("SN")->empty());
}

TEST_F(ProviderTest, AnswersWhatIsNoRequestWithASystemError) {  // AW-111
  const auto good = request_of({image_.image()});
  const auto with = [&good](std::string_view from, std::string_view to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const auto& body :
       {std::string(), std::string("{"), std::string("null"), std::string("[]"), std::string("{}"),
        with("v1beta1", "v2"), with("ProviderRequest", "AdmissionReview"), with("\"keys\"", "x"),
        good + "x", request_of(std::vector<std::string>(limits::kProviderKeys + 1, "a"))}) {
    for (const bool overloaded : {false, true}) {
      const auto reply =
          overloaded ? provider_->overloaded(request(body)) : provider_->handle(request(body));
      const auto response = response_of(reply, 400);
      EXPECT_TRUE(response.find_string("systemError")->starts_with("BAD_REQUEST: ")) << body;
      EXPECT_TRUE(response.find("items")->elements().empty());
    }
  }
}

TEST_F(ProviderTest, JudgesTheOthersBesideABadKey) {  // AW-112
  for (const auto* bad : {"", "[Team]a", "[team]", "UPPER/a", "ghcr.io/a/b:1", "sha256:ab"}) {
    const auto response = ask({image_.image(), bad, "[shop]" + image_.image()});
    EXPECT_EQ(response.find("systemError"), nullptr) << bad;
    const auto items = response.find("items")->elements();
    EXPECT_EQ(verdict_of(items[0]), "accepted") << bad;
    EXPECT_NE(verdict_of(items[1]), "accepted") << bad;
    EXPECT_EQ(verdict_of(items[2]), "accepted") << bad;
  }
}

TEST_F(ProviderTest, CallsWhatRanOutOfTimeTransient) {
  auto late = request(request_of({image_.image(), ""}));
  services_.clock.advance(2'500ms);
  const auto response = response_of(provider_->handle(late));
  const auto items = response.find("items")->elements();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(*items[0].find_string("key"), image_.image() + " (transient)");
  EXPECT_TRUE(error_of(items[0]).starts_with("DEADLINE_EXCEEDED transient: "))
      << error_of(items[0]);
  EXPECT_TRUE(error_of(items[1]).starts_with("BAD_REFERENCE: "));
  EXPECT_TRUE(response.find_string("systemError")->starts_with("DEADLINE_EXCEEDED transient: "));
}

TEST_F(ProviderTest, AnswersAtOnceWhenTheQueueIsFull) {
  const auto response =
      response_of(provider_->overloaded(request(request_of({image_.image(), "[", "b"}))));
  const auto items = response.find("items")->elements();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_TRUE(error_of(items[0]).starts_with("OVERLOADED transient: "));
  EXPECT_TRUE(error_of(items[1]).starts_with("BAD_REFERENCE: "));
  EXPECT_TRUE(error_of(items[2]).starts_with("OVERLOADED transient: "));
  EXPECT_TRUE(response.find_string("systemError")->starts_with("OVERLOADED transient: "));
}

TEST_F(ProviderTest, AnswersTheSameButForTimeAndTrace) {  // AW-115
  const auto body = request_of({image_.image(), "ghcr.io/a/b:1", "", image_.image()});
  const auto blank = [](std::string text, std::string_view member) {
    const auto name = '"' + std::string(member) + "\":\"";
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const auto from = at + name.size();
      text.erase(from, text.find('"', from) - from);
    }
    return text;
  };
  const auto first = provider_->handle(request(body)).body;
  services_.clock.advance(10s);
  const auto second = provider_->handle(request(body)).body;
  EXPECT_NE(first, second);
  EXPECT_EQ(blank(blank(first, "traceID"), "timestamp"),
            blank(blank(second, "traceID"), "timestamp"));
}

// The same rules, images and namespaces by both ways in.
TEST_F(ProviderTest, AgreesWithTheWebhook) {  // AW-116
  auto rules = image_.config();
  const std::string_view first = "  rules:\n";
  rules.insert(
      rules.find(first) + first.size(),
      "    - {name: system, namespaces: [kube-system], action: allow}\n"
      "    - {name: digests, namespaces: [strict], action: verify, references: digestOnly}\n"
      "    - {name: try, namespaces: [dev], action: verify, mode: warn}\n"
      "    - {name: look, namespaces: [test], action: verify, mode: audit}\n"
      "    - {name: no, images: [\"registry.example/bad\"], action: deny}\n");
  configure(rules);
  const auto& admitter = application_->admitter();
  for (const auto* name_space : {"", "shop", "kube-system", "strict", "dev", "test"}) {
    for (const auto& image :
         {image_.image(), image_.repository + ":none", std::string("registry.example/bad:1"),
          std::string("ghcr.io/a/b:1"), std::string("nginx"), std::string("UPPER/a"),
          std::string("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
          image_.repository + "@sha256:" + std::string(64, '0')}) {
      kube::Review review;
      review.name_space = name_space;
      review.images.push_back({"spec.containers[0].image", "c", image});
      const auto decision = admitter.admit(admitter.view(), review, services_.clock.in(2'500ms));
      const auto where = *name_space == 0 ? image : "[" + std::string(name_space) + "]" + image;
      const auto response = ask({where});
      const auto got = verdict_of(response.find("items")->elements()[0]);
      EXPECT_EQ(got, decision.allowed ? "accepted" : wire_name(decision.reason)) << where;
      EXPECT_EQ(response.find("systemError") != nullptr, decision.may_retry) << where;
    }
  }
}

TEST_F(ProviderTest, TellsWhatARuleOnlyWarnsOf) {
  auto rules = image_.config();
  rules.replace(rules.find("action: verify"), 14, "action: verify, mode: warn");
  configure(rules);
  const auto response = ask({image_.repository + ":none"});
  const auto* value = response.find("items")->elements()[0].find("value");
  EXPECT_EQ(value->find("isSuccess")->boolean(), true);
  const auto& report = value->find("verifierReports")->elements()[0];
  EXPECT_TRUE(report.find_string("message")->starts_with("would deny: IMAGE_NOT_FOUND"));
}

TEST_F(ProviderTest, KnowsItsEntryExactly) {
  EXPECT_TRUE(provider_->knows(kPath));
  for (const auto* path : {"", "/", "/ratify/gatekeeper/v1/verify/", "/ratify/gatekeeper/v1/mutate",
                           "/ratify/gatekeeper/v2/verify", "//ratify/gatekeeper/v1/verify"}) {
    EXPECT_FALSE(provider_->knows(path)) << path;
  }
}

TEST_F(ProviderTest, CountsRequestsAndKeys) {
  ask({image_.image(), "ghcr.io/a/b:1", "ghcr.io/a/b:1"});
  const auto page = metrics_.text();
  EXPECT_NE(page.find(R"(countersign_provider_requests_total{outcome="answered"} 1)"),
            std::string::npos);
  EXPECT_NE(page.find(R"(countersign_provider_keys_total{outcome="refused",reason="NO_POLICY"} 2)"),
            std::string::npos)
      << page;
}

TEST_F(ProviderTest, AnswersAtOnceOnlyWhatIsProven) {
  const auto answers = [this](const std::string& body) {
    return provider_->handle_at_once(request(body)).has_value();
  };
  const auto before = metrics_.text();
  EXPECT_FALSE(answers("{"));
  EXPECT_FALSE(answers(request_of({image_.image()}))) << "a layout is read each time";
  EXPECT_FALSE(answers(request_of({""})));
  EXPECT_EQ(metrics_.text(), before);

  constexpr std::string_view kRules = "  rules:\n";
  auto text = image_.config();
  text.insert(text.find(kRules) + kRules.size(),
              "    - {name: base, images: [ghcr.io/base/*], action: allow}\n");
  configure(text);
  const std::vector<std::string> keys(limits::kAtOnceImages, "ghcr.io/base/a:1");
  const auto reply = provider_->handle_at_once(request(request_of(keys)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(response_of(*reply).find("items")->elements().size(), keys.size());
  EXPECT_FALSE(answers(request_of({keys[0], "ghcr.io/other/a:1"})));
  auto many = keys;
  many.push_back(keys[0]);
  EXPECT_FALSE(answers(request_of(many)));
}

}  // namespace
}  // namespace countersign::app
