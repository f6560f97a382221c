// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

using namespace std::string_view_literals;

constexpr JsonLimits kRoomy{.bytes = limits::kMiB};

Result<Json> parse(std::string_view text, const JsonLimits& limits = kRoomy) {
  return Json::parse(text, limits, Reason::BadRequest);
}

void expect_refused(std::string_view text, const JsonLimits& limits = kRoomy) {
  const auto result = parse(text, limits);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().reason, Reason::BadRequest);
}

struct Row {
  std::string_view name, text;
};

TEST(Json, KeepsMembersInTheOrderOfTheDocument) {
  const auto json = parse(R"( {"z":1,"a":[true,null,"x"],"m":{}} )");
  ASSERT_TRUE(json.has_value());
  ASSERT_EQ(json->members().size(), 3U);
  EXPECT_EQ(json->members()[0].first, "z");
  EXPECT_EQ(json->members()[1].first, "a");
  EXPECT_EQ(json->members()[2].first, "m");
  const auto elements = json->find("a")->elements();
  ASSERT_EQ(elements.size(), 3U);
  EXPECT_EQ(elements[0].boolean(), true);
  EXPECT_TRUE(elements[1].is_null());
  EXPECT_EQ(*elements[2].string(), "x");
  EXPECT_TRUE(json->find("m")->is_object());
  EXPECT_EQ(json->find("A"), nullptr);
}

TEST(Json, ShowsAWrongKindAsAbsent) {
  const auto json = parse(R"({"text":"true","number":1,"array":[1]})");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->find("text")->boolean(), std::nullopt);
  EXPECT_EQ(json->find("text")->integer(), std::nullopt);
  EXPECT_EQ(json->find("text")->unsigned_integer(), std::nullopt);
  EXPECT_TRUE(json->find("text")->elements().empty());
  EXPECT_TRUE(json->find("array")->members().empty());
  EXPECT_EQ(json->find("array")->find("0"), nullptr);
  EXPECT_EQ(json->find("number")->string(), nullptr);
  EXPECT_EQ(json->find_string("number"), nullptr);
  EXPECT_EQ(json->find_string("absent"), nullptr);
  EXPECT_EQ(*json->find_string("text"), "true");
  EXPECT_EQ(json->string(), nullptr);
  EXPECT_TRUE(json->elements().empty());
}

TEST(Json, NamesKinds) {
  const auto json = parse(R"([null,true,-1,18446744073709551615,1.0,"",[],{}])");
  ASSERT_TRUE(json.has_value());
  constexpr std::array kNames{"null"sv,   "boolean"sv, "integer"sv, "integer"sv,
                              "number"sv, "string"sv,  "array"sv,   "object"sv};
  ASSERT_EQ(json->elements().size(), kNames.size());
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    EXPECT_EQ(kind_name(json->elements()[index]), kNames[index]);
  }
}

struct Number {
  std::string_view text;
  std::optional<std::int64_t> integer;
  std::optional<std::uint64_t> unsigned_integer;
};

TEST(Json, TakesForIntegersWhatIsWrittenAsIntegers) {
  constexpr std::array kRows{
      Number{"0", 0, 0},
      Number{"-0", 0, 0},
      Number{"12", 12, 12},
      Number{"-1", -1, std::nullopt},  // JSN-05
      Number{"9223372036854775807", INT64_MAX, INT64_MAX},
      Number{"9223372036854775808", std::nullopt, 9223372036854775808U},
      Number{"18446744073709551615", std::nullopt, UINT64_MAX},
      Number{"-9223372036854775808", INT64_MIN, std::nullopt},
      Number{"1.5", std::nullopt, std::nullopt},  // JSN-05
      Number{"1.0", std::nullopt, std::nullopt},
      Number{"1e3", std::nullopt, std::nullopt},
      Number{"1e308", std::nullopt, std::nullopt},
      Number{R"("12")", std::nullopt, std::nullopt},  // JSN-05
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto json = parse(row.text);
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->integer(), row.integer);
    EXPECT_EQ(json->unsigned_integer(), row.unsigned_integer);
  }
}

TEST(Json, RefusesNumbersThatDoNotFit) {
  // JSN-05: 2^64 and 1e400
  constexpr std::array kRows{"18446744073709551616"sv,
                             "-9223372036854775809"sv,
                             "100000000000000000000000000000000"sv,
                             "1e309"sv,
                             "-1e309"sv,
                             "1e400"sv,
                             "123456789e999999999"sv};
  for (const auto text : kRows) {
    SCOPED_TRACE(text);
    expect_refused(text);
    expect_refused("[" + std::string(text) + "]");
  }
}

TEST(Json, DecodesEscapes) {
  const auto json = parse(R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20AC\ud83d\ude00","é€😀"])");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(*json->elements()[0].string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(*json->elements()[1].string(), "A\u00E9\u20AC\U0001F600");
  EXPECT_EQ(*json->elements()[2].string(), "\u00E9\u20AC\U0001F600");
}

// JSN-08
TEST(Json, FindsExactDecodedNamesOnly) {
  const auto json = parse(R"({"Digest":1,"\u0064igest":2,"digest ":3})");
  ASSERT_TRUE(json.has_value());
  ASSERT_NE(json->find("digest"), nullptr);
  EXPECT_EQ(json->find("digest")->integer(), 2);
  EXPECT_EQ(json->find("DIGEST"), nullptr);
}

// JSN-02
TEST(Json, RefusesDuplicateNamesAtAnyDepth) {
  constexpr std::array kRows{
      Row{"top", R"({"a":1,"a":1})"},
      Row{"not adjacent", R"({"a":1,"b":2,"a":3})"},
      Row{"null does not delete", R"({"a":1,"a":null})"},
      Row{"in an object", R"({"a":{"b":1,"b":2}})"},
      Row{"in an array", R"([[{"b":1,"b":2}]])"},
      Row{"escaped", R"({"digest":1,"\u0064igest":2})"},
      Row{"escaped in two ways", R"({"\u00e9":1,"\u00E9":2})"},
      Row{"escaped solidus", R"({"a/b":1,"a\/b":2})"},
      Row{"surrogate pair and UTF-8", "{\"\\ud83d\\ude00\":1,\"\U0001F600\":2}"},
      Row{"the empty name", R"({"":1,"":2})"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    expect_refused(row.text);
  }
}

TEST(Json, AllowsTheSameNameInDifferentObjects) {
  EXPECT_TRUE(parse(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"A":1})").has_value());
}

std::string object_with(std::size_t members, std::string_view last_name) {
  std::string text = "{";
  for (std::size_t index = 0; index + 1 < members; ++index) {
    text += "\"name" + std::to_string(index) + "\":0,";
  }
  return text + '"' + std::string(last_name) + "\":0}";
}

TEST(Json, FindsDuplicatesInObjectsOfEverySize) {
  constexpr JsonLimits kReview{.bytes = limits::kReviewBytes, .nodes = limits::kJsonNodes};
  for (const std::size_t members : {2UL, 15UL, 16UL, 17UL, 18UL, 20'000UL}) {
    SCOPED_TRACE(members);
    EXPECT_TRUE(parse(object_with(members, "last"), kReview).has_value());
    expect_refused(object_with(members, "name0"), kReview);
    expect_refused(object_with(members, "name" + std::to_string(members - 2)), kReview);
  }
}

// JSN-04
TEST(Json, RefusesTextThatOtherParsersReadDifferently) {
  constexpr std::array kRows{
      Row{"byte order mark", "\xEF\xBB\xBF{}"},
      Row{"UTF-16", "\xFF\xFE{\0}\0"sv},
      Row{"NUL after the document", "{}\0"sv},
      Row{"NUL hides a second document", "{}\0{\"a\":1}"sv},
      Row{"NUL before the document", "\0{}"sv},
      Row{"NUL in a string", "\"a\0b\""sv},
      Row{"NUL escaped in a string", R"(["a\u0000b"])"},
      Row{"NUL escaped in a name", R"({"a\u0000":1})"},
      Row{"stray continuation byte", "\"\x80\""},
      Row{"lead byte alone", "\"\xC3\""},
      Row{"overlong solidus", "\"\xC0\xAF\""},
      Row{"overlong of three bytes", "\"\xE0\x80\xAF\""},
      Row{"surrogate as UTF-8", "\"\xED\xA0\x80\""},
      Row{"above U+10FFFF", "\"\xF4\x90\x80\x80\""},
      Row{"invalid UTF-8 in a name", "{\"\xFF\":1}"},
      Row{"high surrogate alone", R"("\ud800")"},
      Row{"high surrogate and a letter", R"("\ud800a")"},
      Row{"high surrogate and another escape", R"("\ud800\n")"},
      Row{"high surrogate twice", R"("\ud800\ud800")"},
      Row{"low surrogate alone", R"("\udc00")"},
      Row{"surrogates in the wrong order", R"("\udc00\ud800")"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    expect_refused(row.text);
  }
}

// JSN-06
TEST(Json, RefusesWhatIsNotJson) {
  constexpr std::array kRows{
      Row{"nothing", ""},
      Row{"white space", " \n"},
      Row{"trailing value", "{}{}"},
      Row{"trailing comma", "{},"},
      Row{"trailing letter", "1a"},
      Row{"trailing bracket", "[]]"},
      Row{"line comment", "{}// x"},
      Row{"block comment", "{/* x */}"},
      Row{"NaN", "NaN"},
      Row{"Infinity", "[-Infinity]"},
      Row{"comma before the bracket", "[1,]"},
      Row{"comma before the brace", R"({"a":1,})"},
      Row{"no colon", R"({"a" 1})"},
      Row{"no value", R"({"a":})"},
      Row{"name without quotation marks", "{a:1}"},
      Row{"apostrophes", "{'a':1}"},
      Row{"array not closed", "[1"},
      Row{"object not closed", R"({"a":1)"},
      Row{"closed by the wrong bracket", "[1}"},
      Row{"string not closed", R"("abc)"},
      Row{"unknown escape", R"("\x41")"},
      Row{"escape cut off", R"("\u00")"},
      Row{"line feed in a string", "\"a\nb\""},
      Row{"tab in a string", "\"a\tb\""},
      Row{"leading zero", "01"},
      Row{"plus sign", "+1"},
      Row{"point without digits", "1."},
      Row{"point first", ".5"},
      Row{"minus alone", "-"},
      Row{"hexadecimal", "0x10"},
      Row{"vertical tab", "\v{}"},
      Row{"no-break space", "\u00A0{}"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    expect_refused(row.text);
  }
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// JSN-01
TEST(Json, HoldsTheDepthLimit) {
  constexpr JsonLimits kFour{.bytes = limits::kMiB, .depth = 4};
  EXPECT_TRUE(parse(nested(4), kFour).has_value());
  EXPECT_TRUE(parse(R"({"a":{"b":[{"c":1}]}})", kFour).has_value());
  expect_refused(nested(5), kFour);
  expect_refused(R"({"a":{"b":[{"c":{}}]}})", kFour);
  expect_refused(nested(10'000), kFour);
  expect_refused(std::string(500'000, '['), kFour);
}

// JSN-01
TEST(Json, HoldsTheNodeLimit) {
  constexpr JsonLimits kSix{.bytes = limits::kMiB, .nodes = 6};
  EXPECT_TRUE(parse("[1,2,3,4,5]", kSix).has_value());
  expect_refused("[1,2,3,4,5,6]", kSix);
  expect_refused("[[],[],[],[],[],[]]", kSix);
  EXPECT_TRUE(parse(R"({"a":1,"b":2})", kSix).has_value());  // an object, two names, two values
  expect_refused(R"({"a":1,"b":2,"c":3})", kSix);
  expect_refused(object_with(limits::kJsonNodes / 2 + 1, "last"),
                 {.bytes = 64 * limits::kMiB, .nodes = limits::kJsonNodes});
}

TEST(Json, HoldsTheByteLimit) {
  EXPECT_TRUE(parse("[10]", {.bytes = 4}).has_value());
  expect_refused("[10]", {.bytes = 3});
  expect_refused("[1] ", {.bytes = 3});
  expect_refused("1", {});  // limits that nobody set allow nothing
}

TEST(Json, TellsWhereItStopped) {
  const auto result = parse(R"({"a":1,"b":tru})");
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().detail.find("byte 15"), std::string::npos) << result.error().detail;
}

// A token in a document that is not JSON must not reach a log line.
TEST(Json, DoesNotQuoteTheDocumentInErrors) {
  for (const auto text : {R"({"access_token":"canary)"sv, "canary"sv, "{\"t\":\"canary\n\"}"sv}) {
    const auto result = parse(text);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().detail.find("canary"), std::string::npos) << result.error().detail;
  }
}

}  // namespace
}  // namespace countersign::codec
