// SPDX-License-Identifier: Apache-2.0
#include "notation/verification_level.h"

#include <gtest/gtest.h>

namespace countersign::notation {
namespace {

using enum Action;
using Actions = std::array<Action, kChecks>;

Result<SignatureVerification> parse(std::string_view text) {
  const auto json = codec::Json::parse(text, {.bytes = 4'096}, Reason::Internal);
  return parse_signature_verification(json.value());
}

struct Row {
  const char* text;
  Level level;
  Actions actions;  // as Check
};

const Row kRows[] = {
    {R"({"level":"strict"})", Level::Strict, {Enforce, Enforce, Enforce, Enforce, Enforce}},
    {R"({"level":"permissive"})", Level::Permissive, {Enforce, Enforce, Log, Log, Log}},
    {R"({"level":"audit"})", Level::Audit, {Enforce, Log, Log, Log, Log}},
    {R"({"level":"skip"})", Level::Skip, {Skip, Skip, Skip, Skip, Skip}},
    {R"({"level":"skip","override":{}})", Level::Skip, {Skip, Skip, Skip, Skip, Skip}},
    // NV-V02
    {R"({"level":"strict","override":{"authenticity":"log","authenticTimestamp":"log",)"
     R"("expiry":"log","revocation":"log"}})",
     Level::Strict,
     {Enforce, Log, Log, Log, Log}},
    {R"({"level":"audit","override":{"authenticity":"enforce","authenticTimestamp":"enforce",)"
     R"("expiry":"enforce","revocation":"enforce"}})",
     Level::Audit,
     {Enforce, Enforce, Enforce, Enforce, Enforce}},
    {R"({"level":"strict","override":{"revocation":"skip"}})",
     Level::Strict,
     {Enforce, Enforce, Enforce, Enforce, Skip}},
    {R"({"level":"permissive","override":{"expiry":"enforce"}})",
     Level::Permissive,
     {Enforce, Enforce, Log, Enforce, Log}},
};

TEST(VerificationLevel, ReadsEachRow) {
  for (const auto& row : kRows) {
    const auto read = parse(row.text);
    ASSERT_TRUE(read) << row.text << read.error().detail;
    EXPECT_EQ(read->level, row.level) << row.text;
    EXPECT_EQ(read->actions, row.actions) << row.text;
    EXPECT_EQ(read->verify_timestamp, TimestampUse::Always) << row.text;
  }
}

TEST(VerificationLevel, ReadsWhenTimestampsAreUsed) {
  const auto use = [](const char* text) { return parse(text).value().verify_timestamp; };
  EXPECT_EQ(use(R"({"level":"strict","verifyTimestamp":""})"), TimestampUse::Always);
  EXPECT_EQ(use(R"({"level":"strict","verifyTimestamp":"always"})"), TimestampUse::Always);
  EXPECT_EQ(use(R"({"level":"strict","verifyTimestamp":"afterCertExpiry"})"),
            TimestampUse::AfterCertificateExpiry);
}

const char* const kRefused[] = {
    R"([])",
    R"({})",                                                     // NV-O04
    R"({"level":""})",                                           // NV-O04
    R"({"level":"Strict"})",                                     // NV-O04
    R"({"level":"paranoid"})",                                   // NV-O04
    R"({"level":1})",                                            // NV-O04
    R"({"level":"strict","override":{"freshness":"log"}})",      // NV-O05
    R"({"level":"strict","override":{"Expiry":"log"}})",         // NV-O05
    R"({"level":"strict","override":{"expiry":"warn"}})",        // NV-O05
    R"({"level":"strict","override":{"expiry":true}})",          // NV-O05
    R"({"level":"strict","override":{"integrity":"log"}})",      // NV-O05
    R"({"level":"audit","override":{"integrity":"enforce"}})",   // NV-O05
    R"({"level":"strict","override":{"expiry":"skip"}})",        // NV-O05
    R"({"level":"strict","override":{"authenticity":"skip"}})",  // NV-O05
    R"({"level":"strict","override":{"authenticTimestamp":"skip"}})",
    R"({"level":"skip","override":{"revocation":"enforce"}})",  // NV-O05
    R"({"level":"strict","override":["expiry"]})",
    R"({"level":"strict","verifyTimestamp":"never"})",    // NV-O14
    R"({"level":"strict","verifyTimestamp":"Always"})",   // NV-O14
    R"({"level":"strict","verifyTimestamp":false})",      // NV-O14
    R"({"level":"strict","verifyTimestamps":"always"})",  // NV-O16
};

TEST(VerificationLevel, RefusesEachRow) {
  for (const auto* text : kRefused) {
    const auto read = parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, Reason::BadConfig) << text;
  }
}

}  // namespace
}  // namespace countersign::notation
