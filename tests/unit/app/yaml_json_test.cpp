// SPDX-License-Identifier: Apache-2.0
#include "app/yaml_json.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

std::string converted(std::string_view yaml) {
  const auto documents = parse_yaml(yaml, {.bytes = 10'000, .depth = 16, .nodes = 1'000});
  if (!documents || documents->empty()) {
    ADD_FAILURE() << yaml;
    return {};
  }
  return json_text(to_json(documents->front()));
}

TEST(YamlJson, MakesOfPlainScalarsWhatKubectlDoes) {
  struct Row {
    const char* yaml;
    const char* json;
  };
  for (const auto& row : {
           Row{"a: nginx:1.25", R"({"a":"nginx:1.25"})"},
           Row{"a: 1", R"({"a":1})"},
           Row{"a: -7", R"({"a":-7})"},
           Row{"a: \"1\"", R"({"a":"1"})"},
           Row{"a: '~'", R"({"a":"~"})"},
           Row{"a: ~", R"({"a":null})"},
           Row{"a:", R"({"a":null})"},
           Row{"a: yes", R"({"a":true})"},
           Row{"a: Off", R"({"a":false})"},
           Row{"a: 'no'", R"({"a":"no"})"},
           Row{"a: 1.5", R"({"a":1.500})"},
           Row{"a: 1e999", R"({"a":"1e999"})"},
           Row{"a: .inf", R"({"a":".inf"})"},
           Row{"a: 1.2.3", R"({"a":"1.2.3"})"},
           Row{"a: 2026-01-01", R"({"a":"2026-01-01"})"},
           Row{"a: !!str 1", R"({"a":"1"})"},
           Row{"a: [1, {b: c}]", R"({"a":[1,{"b":"c"}]})"},
           Row{"{}", "{}"},
       }) {
    EXPECT_EQ(converted(row.yaml), row.json) << row.yaml;
  }
}

TEST(YamlJson, WritesWhatItReads) {
  const std::string text =
      R"({"a":[null,true,-1,18446744073709551615,"é\u000a\"",{}],"b":{"c":[]}})";
  const auto json =
      codec::Json::parse(text, {.bytes = 1'000, .depth = 8, .nodes = 100}, Reason::Internal);
  ASSERT_TRUE(json);
  EXPECT_EQ(json_text(*json), text);
}

}  // namespace
}  // namespace countersign::app
