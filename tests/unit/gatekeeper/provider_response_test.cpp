// SPDX-License-Identifier: Apache-2.0
#include "countersign/gatekeeper/provider_response.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::gatekeeper {
namespace {

using codec::Json;

const Stamp kStamp{
    .trace_id = "trace", .now = Time(std::chrono::seconds(0)), .verifier = "notation"};

Json response_of(const std::string& text) {
  const auto json = Json::parse(text, {.bytes = limits::kMiB}, Reason::Internal);
  EXPECT_TRUE(json) << text;
  EXPECT_EQ(*json->find_string("apiVersion"), "externaldata.gatekeeper.sh/v1beta1");
  EXPECT_EQ(*json->find_string("kind"), "ProviderResponse");
  const auto* response = json->find("response");
  EXPECT_EQ(response->find("idempotent")->boolean(), true);
  return *response;
}

Item item(Outcome outcome, const std::string& key = "key") {
  Item item;
  item.key = key;
  item.subject = "r.example/app@sha256:ab";
  item.outcome = outcome;
  item.reason = Reason::Untrusted;
  item.detail = "detail";
  Report report;
  report.success = outcome == Outcome::Accepted || outcome == Outcome::Warned;
  report.reason = Reason::Untrusted;
  report.message = "message";
  item.reports.push_back(report);
  return item;
}

TEST(ProviderResponse, PinsTheWholeAnswer) {
  auto accepted = item(Outcome::Accepted);
  accepted.reports[0].digest = "sha256:cd";
  accepted.reports[0].issuer = "CN=authority";
  accepted.reports[0].subject = "CN=signer";
  EXPECT_EQ(
      render(std::vector{accepted}, kStamp),
      R"({"apiVersion":"externaldata.gatekeeper.sh/v1beta1","kind":"ProviderResponse",)"
      R"("response":{"idempotent":true,"items":[{"key":"key","value":{"version":"0.2.0",)"
      R"("isSuccess":true,"traceID":"trace","timestamp":"1970-01-01T00:00:00Z",)"
      R"("verifierReports":[{"subject":"r.example/app@sha256:ab","isSuccess":true,)"
      R"("name":"notation","verifierName":"notation","type":"notation","verifierType":"notation",)"
      R"("referenceDigest":"sha256:cd","artifactType":"application/vnd.cncf.notary.signature",)"
      R"("message":"message","extensions":{"Issuer":"CN=authority","SN":"CN=signer"}}]}}]}})");
}

TEST(ProviderResponse, SaysEveryVerdictWithItsTimeAndTrace) {
  for (const auto outcome : {Outcome::Refused, Outcome::Warned, Outcome::Accepted}) {
    const auto response = response_of(render(std::vector{item(outcome)}, kStamp));
    EXPECT_EQ(response.find("systemError"), nullptr);
    const auto& answer = response.find("items")->elements()[0];
    EXPECT_EQ(answer.find("error"), nullptr);
    const auto* value = answer.find("value");
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->find("isSuccess")->boolean(), outcome != Outcome::Refused);
    EXPECT_EQ(*value->find_string("traceID"), "trace");
    EXPECT_EQ(*value->find_string("timestamp"), "1970-01-01T00:00:00Z");
  }
}

TEST(ProviderResponse, GivesARefusalItsReasonAndANextStep) {
  for (const auto reason : all_reasons()) {
    auto refused = item(Outcome::Refused);
    refused.reports[0].reason = reason;
    const auto response = response_of(render(std::vector{refused}, kStamp));
    const auto& report =
        response.find("items")->elements()[0].find("value")->find("verifierReports")->elements()[0];
    EXPECT_EQ(*report.find_string("errorReason"), wire_name(reason));
    EXPECT_FALSE(report.find_string("remediation")->empty());
  }
}

TEST(ProviderResponse, SaysWhatIsTransientByEveryMeans) {
  auto open = item(Outcome::Undecided, "open");
  open.reason = Reason::RegistryUnavailable;
  const std::vector items{item(Outcome::Accepted, "good"), open, item(Outcome::Refused, "bad")};
  const auto response = response_of(render(items, kStamp));
  const auto answers = response.find("items")->elements();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(*answers[0].find_string("key"), "good");
  EXPECT_EQ(*answers[1].find_string("key"), "open (transient)") << "nothing is kept about the key";
  EXPECT_EQ(*answers[2].find_string("key"), "bad");
  EXPECT_EQ(answers[1].find("value"), nullptr);
  EXPECT_TRUE(answers[1].find_string("error")->starts_with("REGISTRY_UNAVAILABLE transient: "));
  const auto* error = response.find_string("systemError");
  ASSERT_NE(error, nullptr);
  EXPECT_TRUE(error->starts_with("REGISTRY_UNAVAILABLE transient: "));
  EXPECT_NE(error->find("1 of 3"), std::string::npos) << *error;
}

TEST(ProviderResponse, GivesAKeyThatCantBeReadAnErrorOfItsOwn) {
  auto bad = item(Outcome::Unreadable, std::string(64 * limits::kKiB, 'a'));
  bad.reason = Reason::BadReference;
  const auto response =
      response_of(render(std::vector{item(Outcome::Accepted, "good"), bad}, kStamp));
  const auto answers = response.find("items")->elements();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_NE(answers[0].find("value"), nullptr);
  EXPECT_EQ(*answers[1].find_string("key"), bad.key);
  EXPECT_EQ(*answers[1].find_string("error"), "BAD_REFERENCE: detail");
  EXPECT_EQ(response.find("systemError"), nullptr) << "the others keep their results";
}

TEST(ProviderResponse, IsValidWithoutItems) {
  auto response = response_of(render(std::span<const Item>(), kStamp));
  EXPECT_TRUE(response.find("items")->is_array());
  EXPECT_EQ(response.find("systemError"), nullptr);
  response = response_of(render(Error{Reason::BadRequest, "not JSON"}));
  EXPECT_EQ(*response.find_string("systemError"), "BAD_REQUEST: not JSON");
  EXPECT_TRUE(response.find("items")->elements().empty());
}

TEST(ProviderResponse, CleansTheTextOfOthers) {
  auto hostile = item(Outcome::Refused, "a\n\"\xFF");
  hostile.subject = std::string(10'000, 'x');
  hostile.reports[0].message = "one\ntwo\x1b[31m\xE2\x80\xAE";
  const auto text = render(std::vector{hostile}, kStamp);
  EXPECT_LT(text.size(), 2'000U);
  const auto response = response_of(text);
  const auto& report =
      response.find("items")->elements()[0].find("value")->find("verifierReports")->elements()[0];
  EXPECT_EQ(*report.find_string("message"), "one?two?[31m?");
}

}  // namespace
}  // namespace countersign::gatekeeper
