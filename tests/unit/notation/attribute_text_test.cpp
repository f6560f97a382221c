// SPDX-License-Identifier: Apache-2.0
#include "notation/attribute_text.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_array;
using test::cbor_bytes;
using test::cbor_double;
using test::cbor_head;
using test::cbor_integer;
using test::cbor_map;
using test::cbor_tag;
using test::cbor_text;
using test::CborItem;

struct JsonRow {
  const char* json;
  const char* text;
};

TEST(AttributeText, OfJsonIsCompactJsonButForStrings) {
  const JsonRow kRows[] = {
      {R"("plain \"text\"")", "plain \"text\""},
      {R"("")", ""},
      {"null", "null"},
      {"true", "true"},
      {"false", "false"},
      {"-7", "-7"},
      {"18446744073709551615", "18446744073709551615"},
      {"0.0078125", "0.0078125"},
      {"1e300", "1e+300"},
      {"[ ]", "[]"},
      {R"([1, "a", [null]])", R"([1,"a",[null]])"},
      {R"({ "a" : {"b\n": "c"}, "d": true })", R"({"a":{"b\u000a":"c"},"d":true})"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(attribute_text(samples::parse_json(row.json)), row.text);
  }
}

struct CborRow {
  CborItem item;
  const char* text;
};

TEST(AttributeText, OfCborIsDiagnosticNotationButForText) {  // RFC 8949, section 8
  const CborRow kRows[] = {
      {cbor_text("plain \"text\""), "plain \"text\""},
      {CborItem{0xF7}, "undefined"},
      {CborItem{0xF6}, "null"},
      {CborItem{0xF4}, "false"},
      {CborItem{0xF5}, "true"},
      {cbor_integer(7), "7"},
      {cbor_integer(-7), "-7"},
      {cbor_head(0, ~0ULL), "h'1bffffffffffffffff'"},
      {cbor_double(1.5), "1.5"},
      {cbor_double(NAN), "NaN"},
      {cbor_double(INFINITY), "Infinity"},
      {cbor_double(-INFINITY), "-Infinity"},
      {cbor_bytes(as_bytes("\x01\xFF")), "h'01ff'"},
      {cbor_array({cbor_integer(1), cbor_text("a\n")}), R"([1,"a\u000a"])"},
      {cbor_map({{cbor_integer(1), cbor_array({})}, {cbor_text("b"), cbor_map({})}}),
       R"({1:[],"b":{}})"},
      {cbor_tag(1, cbor_integer(2)), "1(2)"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(attribute_text(samples::parse_cbor(row.item)), row.text);
  }
}

}  // namespace
}  // namespace countersign::notation
