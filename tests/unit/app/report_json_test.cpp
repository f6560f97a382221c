// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/codec/json.h"

#include "app/judgement.h"
#include "judgements.h"

namespace countersign::app {
namespace {

codec::Json parsed(const Judgement& judgement) {
  const auto text = report_json(judgement);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  auto json = codec::Json::parse(text, {.bytes = 100'000}, Reason::Internal);
  EXPECT_TRUE(json) << text;
  return json ? std::move(*json) : codec::Json();
}

std::string text_of(const codec::Json& object, std::string_view name) {
  const auto* const text = object.find_string(name);
  return text == nullptr ? "(absent)" : *text;
}

TEST(ReportJson, HasEveryMemberInItsOrder) {
  const auto json = parsed(trusted_judgement());
  std::string names;
  for (const auto& [name, value] : json.members()) {
    names += name + " ";
  }
  EXPECT_EQ(names,
            "reference scope digest verdict reason detail policy signatures requests elapsedMs ");
  EXPECT_EQ(text_of(json, "reference"), "r.example/team/app:1");
  EXPECT_EQ(text_of(json, "scope"), "r.example/team/app");
  EXPECT_EQ(text_of(json, "digest"), kImageDigest);
  EXPECT_EQ(text_of(json, "verdict"), "trusted");
  EXPECT_EQ(text_of(json, "reason"), "");
  EXPECT_EQ(text_of(json, "policy"), "apps");
  EXPECT_EQ(json.find("requests")->integer(), 3);

  const auto signatures = json.find("signatures")->elements();
  ASSERT_EQ(signatures.size(), 1U);
  names.clear();
  for (const auto& [name, value] : signatures[0].members()) {
    names += name + " ";
  }
  EXPECT_EQ(names,
            "digest mediaType verdict reason detail signingScheme signingTime expiry signer "
            "userMetadata checks ");
  EXPECT_EQ(text_of(*signatures[0].find("userMetadata"), "stage"), "production");
  EXPECT_EQ(text_of(signatures[0], "signingTime"), "2026-03-01T00:00:00Z");
  EXPECT_TRUE(signatures[0].find("expiry")->is_null());
  EXPECT_EQ(text_of(*signatures[0].find("signer"), "notAfter"), "2027-03-01T00:00:00Z");
  const auto checks = signatures[0].find("checks")->elements();
  ASSERT_EQ(checks.size(), 3U);
  EXPECT_EQ(text_of(checks[0], "reason"), "") << "of a check that passed";
  EXPECT_EQ(text_of(checks[2], "detail"), "by an answer that is stale") << "of a pass, too";
  EXPECT_EQ(text_of(checks[1], "check"), "expiry");
  EXPECT_EQ(text_of(checks[1], "action"), "log");
  EXPECT_EQ(text_of(checks[1], "result"), "fail");
  EXPECT_EQ(text_of(checks[1], "reason"), "SIGNATURE_EXPIRED");
}

TEST(ReportJson, TellsTheFourVerdictsApart) {
  auto judgement = trusted_judgement();
  judgement.report = policy::Report::refused(Reason::Untrusted, "nobody knows him");
  auto json = parsed(judgement);
  EXPECT_EQ(text_of(json, "verdict"), "untrusted");
  EXPECT_EQ(text_of(json, "reason"), "UNTRUSTED");
  EXPECT_EQ(text_of(json, "detail"), "nobody knows him");

  judgement.report->verdict = policy::Verdict::Skipped;
  EXPECT_EQ(text_of(parsed(judgement), "verdict"), "skipped");

  judgement.report = fail(Reason::RegistryUnavailable, "reset");
  json = parsed(judgement);
  EXPECT_EQ(text_of(json, "verdict"), "undecided");
  EXPECT_EQ(text_of(json, "reason"), "REGISTRY_UNAVAILABLE");
}

}  // namespace
}  // namespace countersign::app
