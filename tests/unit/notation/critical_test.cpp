// SPDX-License-Identifier: Apache-2.0
#include "notation/critical.h"

#include <vector>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_array;
using test::cbor_integer;
using test::cbor_map;
using test::cbor_text;
using test::cbor_texts;
using test::CborEntry;
using test::CborItem;

constexpr std::string_view kScheme = "io.cncf.notary.signingScheme";
constexpr std::string_view kTime = "io.cncf.notary.signingTime";
constexpr std::string_view kAuthentic = "io.cncf.notary.authenticSigningTime";
constexpr std::string_view kExpiry = "io.cncf.notary.expiry";

// All that these headers could name is there, so that only `crit` decides.
Result<void> check(const std::optional<CborItem>& crit,
                   const std::vector<std::string_view>& required) {
  std::vector<CborEntry> entries;
  for (const auto label : {kScheme, kTime, kAuthentic, kExpiry, std::string_view("com.example")}) {
    entries.emplace_back(cbor_text(label), cbor_integer(1));
  }
  for (const auto label : {1, 3, 8, 33, 100}) {
    entries.emplace_back(cbor_integer(label), cbor_integer(1));
  }
  if (crit) {
    entries.emplace_back(cbor_integer(2), *crit);
  }
  const auto map = cbor_map(entries);
  return check_critical(samples::parse_cbor(map), required);
}

TEST(Critical, AcceptsWhatIsUnderstood) {
  EXPECT_TRUE(check(cbor_texts({kScheme}), {kScheme}));
  EXPECT_TRUE(check(cbor_texts({kExpiry, kScheme}), {kScheme, kExpiry}));
  EXPECT_TRUE(check(cbor_texts({kScheme, kAuthentic, kExpiry}), {kScheme, kAuthentic}));
  EXPECT_TRUE(check(cbor_texts({kScheme, kTime}), {kScheme}));
}

struct Row {
  const char* name;
  std::optional<CborItem> crit;
  std::vector<std::string_view> required;
};

const Row kRefused[] = {
    {"Missing", std::nullopt, {kScheme}},                                               // NV-H06
    {"Empty", cbor_array({}), {}},                                                      // NV-H07
    {"Text", cbor_text(kScheme), {kScheme}},                                            // NV-H08
    {"Integer", cbor_integer(1), {kScheme}},                                            // NV-H08
    {"ElementByteString", cbor_array({test::cbor_bytes(as_bytes("x"))}), {}},           // NV-H08
    {"ElementArray", cbor_array({cbor_array({cbor_text(kScheme)})}), {}},               // COS-03
    {"ElementMap", cbor_array({cbor_map({})}), {}},                                     // COS-03
    {"ElementFloat", cbor_array({test::cbor_double(1)}), {}},                           // COS-03
    {"ElementNegative", cbor_array({cbor_text(kScheme), cbor_integer(-1)}), {}},        // COS-03
    {"AbsentText", cbor_texts({kScheme, "com.example.absent"}), {kScheme}},             // NV-H09
    {"AbsentInteger", cbor_array({cbor_text(kScheme), cbor_integer(101)}), {kScheme}},  // NV-H09
    {"SchemeNotListed", cbor_texts({kExpiry}), {kScheme}},                              // NV-H10
    {"ExpiryNotListed", cbor_texts({kScheme}), {kScheme, kExpiry}},                     // NV-H11
    {"AuthenticTimeNotListed", cbor_texts({kScheme}), {kScheme, kAuthentic}},           // NV-H12
    {"Label1", cbor_array({cbor_text(kScheme), cbor_integer(1)}), {kScheme}},           // NV-H13
    {"Label3", cbor_array({cbor_text(kScheme), cbor_integer(3)}), {kScheme}},           // NV-H13
    {"Label8", cbor_array({cbor_text(kScheme), cbor_integer(8)}), {kScheme}},
    {"Label33", cbor_array({cbor_text(kScheme), cbor_integer(33)}), {kScheme}},          // NV-H13
    {"Twice", cbor_texts({kScheme, kScheme}), {kScheme}},                                // NV-H14
    {"UnknownText", cbor_texts({kScheme, "com.example"}), {kScheme}},                    // NV-H15
    {"UnknownInteger", cbor_array({cbor_text(kScheme), cbor_integer(100)}), {kScheme}},  // NV-H16
};

TEST(Critical, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto found = check(row.crit, row.required);
    ASSERT_FALSE(found) << row.name;
    EXPECT_EQ(found.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation
