// SPDX-License-Identifier: Apache-2.0
// The reader beside nlohmann's, over every document that is one byte away from another.
#include "codec/json_reader.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace countersign::codec {
namespace {

using namespace std::string_view_literals;
using Other = nlohmann::ordered_json;

constexpr JsonLimits kRoomy{.bytes = limits::kMiB};
constexpr std::string_view kMalformed = "not valid JSON";

bool same(const Json& ours, const Other& theirs);

struct Comparison {
  const Other& theirs;

  bool operator()(Json::Null) const { return theirs.is_null(); }
  bool operator()(bool truth) const { return theirs.is_boolean() && theirs == truth; }
  bool operator()(std::int64_t number) const {
    return theirs.is_number_integer() && theirs.get<std::int64_t>() == number;
  }
  bool operator()(std::uint64_t number) const {
    return theirs.is_number_unsigned() && theirs.get<std::uint64_t>() == number;
  }
  bool operator()(double number) const {
    return theirs.is_number_float() && theirs.get<double>() == number;
  }
  bool operator()(const std::string& text) const { return theirs.is_string() && theirs == text; }
  bool operator()(const Json::Array& elements) const {
    return theirs.is_array() &&
           std::equal(elements.begin(), elements.end(), theirs.begin(), theirs.end(), same);
  }
  bool operator()(const Json::Object& members) const {
    if (!theirs.is_object() || theirs.size() != members.size()) {
      return false;
    }
    auto member = members.begin();
    for (const auto& [name, value] : theirs.items()) {
      if (member->first != name || !same(member->second, value)) {
        return false;
      }
      ++member;
    }
    return true;
  }
};

bool same(const Json& ours, const Other& theirs) {
  return std::visit(Comparison{theirs}, ours.value());
}

void compare(const std::string& text) {
  JsonReader reader(text, kRoomy);
  const auto ours = reader.read();
  const auto theirs = Other::parse(text, nullptr, false);
  if (ours) {
    ASSERT_FALSE(theirs.is_discarded()) << text;
    EXPECT_TRUE(same(*ours, theirs)) << text;
    EXPECT_EQ(reader.offset(), text.size());
  } else if (!theirs.is_discarded()) {
    EXPECT_NE(reader.problem(), kMalformed) << text;  // it is well-formed, but has two names alike
  }
}

constexpr std::string_view kSample =
    "{\"a\" : [ 1,-2, 0.5,-1.25e+2,3E-2,true,false,null,[],{} ],\r\n\t\"b\\u00e9\\n\":{\"c\":\"\","
    "\"d\":\"x\\\\\\\"\\/\\ud83d\\ude00\\u20AC\"},\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\":"
    "18446744073709551615,\"e\":-9223372036854775808,\"e2\":10}";

TEST(JsonReader, ReadsWhatAnotherParserReads) { compare(std::string(kSample)); }

TEST(JsonReader, AgreesWithAnotherParserWhenOneByteIsAnother) {
  constexpr auto kBytes =
      " \n\"\\/{}[],:0159.-+eEutfnabdD\x01\x1F\x7F\x80\xBF\xC2\xE2\xED\xF4\xFF"sv;
  for (std::size_t place = 0; place < kSample.size(); ++place) {
    for (const char byte : kBytes) {
      auto text = std::string(kSample);
      text[place] = byte;
      compare(text);
      text = kSample;
      text.insert(place, 1, byte);
      compare(text);
    }
  }
}

TEST(JsonReader, AgreesWithAnotherParserWhenBytesAreMissing) {
  for (std::size_t place = 0; place < kSample.size(); ++place) {
    compare(std::string(kSample.substr(0, place)));
    compare(std::string(kSample.substr(place)));
    compare(std::string(kSample).erase(place, 1));
  }
}

TEST(JsonReader, SaysWhereItStopped) {
  struct Row {
    std::string_view text;
    std::size_t offset;  // behind the byte that can't be there
    std::string_view problem;
  };
  constexpr std::array kRows{
      Row{"", 0, kMalformed},
      Row{" x", 2, kMalformed},
      Row{"[1,]", 4, kMalformed},
      Row{"[1", 2, kMalformed},
      Row{R"({"a":1,"b":tru})", 15, kMalformed},
      Row{R"({"a":1 "b":2})", 8, kMalformed},
      Row{"\"a\nb\"", 3, kMalformed},
      Row{"\"a\xFF\"", 3, kMalformed},
      Row{R"("\x")", 3, kMalformed},
      Row{"{} {}", 4, kMalformed},
      Row{R"(["\u0000"])", 8, "a NUL character"},
      Row{R"([{"a":1,"a":2}])", 14, "an object with two members \"a\""},
      Row{"[1e999]", 6, "a number that does not fit"},
      Row{"[18446744073709551616]", 21, "an integer beyond 64 bits"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    JsonReader reader(row.text, kRoomy);
    EXPECT_FALSE(reader.read().has_value());
    EXPECT_EQ(reader.offset(), row.offset);
    EXPECT_EQ(reader.problem(), row.problem);
  }
}

}  // namespace
}  // namespace countersign::codec
