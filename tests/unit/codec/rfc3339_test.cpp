// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/rfc3339.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

struct Moment {
  std::string_view text;
  std::int64_t seconds;        // since 1970
  std::string_view canonical;  // as format_rfc3339 writes it
};

TEST(Rfc3339, ReadsDateTimes) {
  constexpr std::array kRows{
      Moment{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
      Moment{"2026-11-24T17:00:00Z", 1795539600, "2026-11-24T17:00:00Z"},
      Moment{"2026-11-24T18:30:00+01:30", 1795539600, "2026-11-24T17:00:00Z"},
      Moment{"2026-11-23T17:01:00-23:59", 1795539600, "2026-11-24T17:00:00Z"},
      Moment{"2026-11-24T17:00:00-00:00", 1795539600, "2026-11-24T17:00:00Z"},
      Moment{"2024-02-29T23:59:59Z", 1709251199, "2024-02-29T23:59:59Z"},
      Moment{"2000-02-29T00:00:00Z", 951782400, "2000-02-29T00:00:00Z"},
      Moment{"1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"},
      Moment{"2038-01-19T03:14:08Z", 2147483648, "2038-01-19T03:14:08Z"},
      Moment{"0001-01-01T00:00:00Z", -62135596800, "0001-01-01T00:00:00Z"},
      Moment{"9999-12-31T23:59:59Z", 253402300799, "9999-12-31T23:59:59Z"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto time = parse_rfc3339(row.text, Reason::BadConfig);
    ASSERT_TRUE(time.has_value());
    EXPECT_EQ(time->time_since_epoch().count(), row.seconds);
    EXPECT_EQ(format_rfc3339(*time), row.canonical);
  }
}

TEST(Rfc3339, DropsFractionsSoThatTheEarlierSecondCounts) {
  constexpr std::array kRows{
      Moment{"1970-01-01T00:00:01.0Z", 1, ""},
      Moment{"1970-01-01T00:00:01.999999999Z", 1, ""},
      Moment{"1970-01-01T01:00:01.12345678901234567890+01:00", 1, ""},
      Moment{"1969-12-31T23:59:58.9Z", -2, ""},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto time = parse_rfc3339(row.text, Reason::BadConfig);
    ASSERT_TRUE(time.has_value());
    EXPECT_EQ(time->time_since_epoch().count(), row.seconds);
  }
}

TEST(Rfc3339, RefusesEverythingElse) {
  constexpr std::array<std::string_view, 47> kRows{
      "",
      "2026-11-24",
      "2026-11-24T17:00:00",   // no zone
      "2026-11-24T17:00Z",     // no seconds
      "2026-11-24 17:00:00Z",  // the note of section 5.6 allows a space; we do not
      "2026-11-24t17:00:00Z",  // nor lower case
      "2026-11-24T17:00:00z",
      "2026-11-24T17:00:00,5Z",  // ISO 8601 only
      "2026-11-24T17:00:00.Z",
      "2026-11-24T17:00:00. 5Z",
      "2026-11-24T17:00:00.5",
      "2026-11-24T17:00:60Z",  // leap seconds, real or not
      "2016-12-31T23:59:60Z",
      "2026-11-24T24:00:00Z",
      "2026-11-24T23:60:00Z",
      "2026-02-29T00:00:00Z",  // no leap year
      "1900-02-29T00:00:00Z",
      "2100-02-29T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-00-01T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-01-00T00:00:00Z",
      "2026-01-32T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "10000-01-01T00:00:00Z",
      "+2026-01-01T00:00:00Z",
      "-2026-01-01T00:00:00Z",
      "2026-1-01T00:00:00Z",
      "2026-01-1T00:00:00Z",
      "2026-01-01T0:00:00Z",
      "2026-01-01T+1:00:00Z",
      "2026-01-01T 1:00:00Z",
      "2026/01/01T00:00:00Z",
      "20260101T000000Z",
      "2026-01-01T00:00:00+24:00",
      "2026-01-01T00:00:00+01:60",
      "2026-01-01T00:00:00+0100",
      "2026-01-01T00:00:00+01",
      "2026-01-01T00:00:00+1:00",
      "2026-01-01T00:00:00Z+01:00",
      "2026-01-01T00:00:00ZZ",
      "2026-01-01T00:00:00Z ",
      " 2026-01-01T00:00:00Z",
      "2026-01-01T00:00:00UTC",
      // an offset that leads out of the years 0001 to 9999
      "0001-01-01T00:00:00+00:01",
      "9999-12-31T23:59:59-00:01",
  };
  for (const auto text : kRows) {
    SCOPED_TRACE(text);
    const auto time = parse_rfc3339(text, Reason::EnvelopeInvalid);
    ASSERT_FALSE(time.has_value());
    EXPECT_EQ(time.error().reason, Reason::EnvelopeInvalid);
  }
}

TEST(Rfc3339, RefusesNulAtTheEnd) {
  using namespace std::string_view_literals;
  EXPECT_FALSE(parse_rfc3339("2026-01-01T00:00:00Z\0"sv, Reason::BadConfig).has_value());
}

}  // namespace
}  // namespace countersign::codec
