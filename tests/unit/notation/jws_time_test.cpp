// SPDX-License-Identifier: Apache-2.0
#include "notation/jws_time.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

struct Row {
  const char* name;
  const char* json;
  std::optional<std::int64_t> seconds;  // nullopt: refused
};

const Row kRows[] = {
    {"Usual", R"("2026-05-28T20:26:40Z")", 1'780'000'000},
    {"OffsetEast", R"("2026-05-29T04:26:40+08:00")", 1'780'000'000},  // NV-J21
    {"OffsetWest", R"("2026-05-28T12:26:40-08:00")", 1'780'000'000},  // NV-J21
    {"Fraction", R"("2026-05-28T20:26:40.999Z")", 1'780'000'000},     // NV-J21
    {"LeapDay", R"("2024-02-29T00:00:00Z")", 1'709'164'800},
    {"First", R"("1970-01-01T00:00:01Z")", 1},
    {"Last", R"("9999-12-31T23:59:59Z")", 253'402'300'799},
    {"Epoch", R"("1970-01-01T00:00:00Z")", std::nullopt},
    {"Before1970", R"("1969-12-31T23:59:59Z")", std::nullopt},
    {"BackBefore1970", R"("1970-01-01T00:00:00+01:00")", std::nullopt},
    {"Year1", R"("0001-01-01T00:00:00Z")", std::nullopt},            // NV-J22
    {"NoZone", R"("2026-05-28T20:26:40")", std::nullopt},            // NV-J21
    {"SpaceSeparator", R"("2026-05-28 20:26:40Z")", std::nullopt},   // NV-J21
    {"LowerCaseT", R"("2026-05-28t20:26:40Z")", std::nullopt},       // NV-J21
    {"LowerCaseZ", R"("2026-05-28T20:26:40z")", std::nullopt},       // NV-J21
    {"LeapSecond", R"("2016-12-31T23:59:60Z")", std::nullopt},       // NV-J21
    {"Month13", R"("2026-13-01T00:00:00Z")", std::nullopt},          // NV-J21
    {"NoLeapYear", R"("2025-02-29T00:00:00Z")", std::nullopt},       // NV-J21
    {"Hour24", R"("2026-05-28T24:00:00Z")", std::nullopt},           // NV-J21
    {"FiveDigitYear", R"("12026-05-28T20:26:40Z")", std::nullopt},   // NV-J21
    {"CommaFraction", R"("2026-05-28T20:26:40,5Z")", std::nullopt},  // NV-J21
    {"Null", "null", std::nullopt},                                  // NV-J21 NV-J22
    {"Number", "1780000000", std::nullopt},                          // NV-J21
    {"Digits", R"("1780000000")", std::nullopt},
    {"Empty", R"("")", std::nullopt},  // NV-J21
    {"Object", "{}", std::nullopt},
};

TEST(JwsTime, ReadsEachRow) {
  for (const auto& row : kRows) {
    const auto time = read_jws_time(samples::parse_json(row.json), "x");
    ASSERT_EQ(time.has_value(), row.seconds.has_value()) << row.name;
    if (time) {
      EXPECT_EQ(time->time_since_epoch().count(), *row.seconds) << row.name;
    } else {
      EXPECT_EQ(time.error().reason, Reason::EnvelopeInvalid) << row.name;
    }
  }
}

TEST(JwsTime, HasNoFractionWhereItDecides) {
  const auto read = [](const char* json) {
    return read_whole_jws_time(samples::parse_json(json), "x");
  };
  EXPECT_TRUE(read(R"("2026-05-28T20:26:40Z")"));
  for (const auto* json : {R"("2026-05-28T20:26:40.5Z")", R"("2026-05-28T20:26:60Z")"}) {
    const auto time = read(json);
    ASSERT_FALSE(time) << json;
    EXPECT_EQ(time.error().reason, Reason::EnvelopeInvalid) << json;
  }
}

}  // namespace
}  // namespace countersign::notation
