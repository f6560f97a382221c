// SPDX-License-Identifier: Apache-2.0
#include "notation/cose_time.h"

#include <cmath>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_double;
using test::cbor_integer;
using test::cbor_tag;
using test::CborItem;

struct Row {
  const char* name;
  CborItem item;
  std::optional<std::int64_t> seconds;  // nullopt: refused
};

CborItem real(double number) { return cbor_tag(1, cbor_double(number)); }

const Row kRows[] = {
    {"Usual", test::cbor_time(1'780'000'000), 1'780'000'000},
    {"First", test::cbor_time(1), 1},
    {"Last", test::cbor_time(253'402'300'799), 253'402'300'799},
    {"Fraction", real(1'780'000'000.75), 1'780'000'000},
    {"HalfFloat", cbor_tag(1, {0xF9, 0x3C, 0x00}), 1},                            // 1.0
    {"SingleFloat", cbor_tag(1, {0xFA, 0x4E, 0x80, 0x00, 0x00}), 1'073'741'824},  // 2^30
    {"LastFraction", real(253'402'300'799.5), 253'402'300'799},
    {"Zero", test::cbor_time(0), std::nullopt},       // NV-H27
    {"Negative", test::cbor_time(-1), std::nullopt},  // NV-H27
    {"Year10000", test::cbor_time(253'402'300'800), std::nullopt},
    {"Over63Bits", cbor_tag(1, test::cbor_head(0, 1ULL << 63U)), std::nullopt},  // COS-14
    {"BelowFirst", real(0.5), std::nullopt},
    {"NegativeFloat", real(-1.5), std::nullopt},
    {"Year10000Float", real(253'402'300'800.0), std::nullopt},
    {"Huge", real(1e300), std::nullopt},                                           // NV-H27
    {"NotANumber", real(std::numeric_limits<double>::quiet_NaN()), std::nullopt},  // NV-H27
    {"HalfNotANumber", cbor_tag(1, {0xF9, 0x7E, 0x00}), std::nullopt},
    {"Infinity", real(std::numeric_limits<double>::infinity()), std::nullopt},  // NV-H27
    {"MinusInfinity", real(-std::numeric_limits<double>::infinity()), std::nullopt},
    {"Untagged", cbor_integer(1'780'000'000), std::nullopt},                       // NV-H24 NV-H26
    {"Tag0", cbor_tag(0, test::cbor_text("2026-05-28T00:00:00Z")), std::nullopt},  // NV-H23 NV-H26
    {"Tag0Integer", cbor_tag(0, cbor_integer(1'780'000'000)), std::nullopt},
    {"Tag100", cbor_tag(100, cbor_integer(1'780'000'000)), std::nullopt},
    {"TagTwice", cbor_tag(1, test::cbor_time(1'780'000'000)), std::nullopt},
    {"Text", cbor_tag(1, test::cbor_text("1780000000")), std::nullopt},                   // NV-H25
    {"ByteString", cbor_tag(1, test::cbor_bytes(as_bytes("1"))), std::nullopt},           // NV-H25
    {"Bignum", cbor_tag(1, cbor_tag(2, test::cbor_bytes(as_bytes("1")))), std::nullopt},  // NV-H25
    {"Null", cbor_tag(1, {0xF6}), std::nullopt},
};

TEST(CoseTime, ReadsEachRow) {
  for (const auto& row : kRows) {
    const auto time = read_cose_time(samples::parse_cbor(row.item), "x");
    ASSERT_EQ(time.has_value(), row.seconds.has_value()) << row.name;
    if (time) {
      EXPECT_EQ(time->time_since_epoch().count(), *row.seconds) << row.name;
    } else {
      EXPECT_EQ(time.error().reason, Reason::EnvelopeInvalid) << row.name;
    }
  }
}

TEST(CoseTime, HasNoFractionWhereItDecides) {
  const auto read = [](const test::CborItem& item) {
    return read_whole_cose_time(samples::parse_cbor(test::cbor_tag(1, item)), "x");
  };
  const auto whole = test::cbor_double(1'780'000'000.0);
  const auto fraction = test::cbor_double(1'780'000'000.5);
  const auto text = test::cbor_text("2026");
  EXPECT_TRUE(read(whole));
  for (const auto* item : {&fraction, &text}) {
    const auto time = read(*item);
    ASSERT_FALSE(time);
    EXPECT_EQ(time.error().reason, Reason::EnvelopeInvalid);
  }
}

}  // namespace
}  // namespace countersign::notation
