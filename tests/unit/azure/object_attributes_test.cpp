// SPDX-License-Identifier: Apache-2.0
#include "azure/object_attributes.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign::azure {
namespace {

std::string outcome(std::string_view text, Time now = Time(std::chrono::seconds(1'000))) {
  const auto json = codec::Json::parse(text, {.bytes = 1'000}, Reason::Internal).value();
  const auto attributes = read_attributes(json);
  return attributes ? std::string(text_of(standing(*attributes, now)))
                    : std::string(wire_name(attributes.error().reason));
}

TEST(ObjectAttributes, TellWhetherTheVersionCounts) {
  struct Row {
    const char* attributes;
    const char* outcome;
  };
  for (const auto& row : {Row{R"("enabled":true)", "is valid"},
                          {R"("enabled":false)", "is disabled"},
                          {R"("enabled":true,"nbf":1000,"exp":1001)", "is valid"},
                          {R"("enabled":true,"nbf":1001)", "is not valid yet"},
                          {R"("enabled":true,"exp":1000)", "has ended"},
                          {R"("enabled":true,"exp":-5)", "has ended"},
                          {R"("enabled":true,"nbf":1001,"exp":900)", "is not valid yet"},
                          {R"("enabled":false,"exp":900)", "is disabled"},
                          {R"("enabled":true,"nbf":null,"exp":null)", "is valid"},
                          {R"("enabled":true,"exp":9223372036854775807)", "is valid"},
                          {R"("enabled":true,"exp":"2000")", "KEY_VAULT_UNAVAILABLE"},
                          {R"("enabled":true,"exp":18446744073709551615)", "KEY_VAULT_UNAVAILABLE"},
                          {R"("enabled":true,"nbf":1.5)", "KEY_VAULT_UNAVAILABLE"},
                          {R"("enabled":true,"created":"x")", "KEY_VAULT_UNAVAILABLE"},
                          {R"("enabled":"true")", "KEY_VAULT_UNAVAILABLE"},
                          {R"("enabled":null)", "KEY_VAULT_UNAVAILABLE"},
                          {R"("exp":2000)", "KEY_VAULT_UNAVAILABLE"}}) {
    EXPECT_EQ(outcome(R"({"attributes":{)" + std::string(row.attributes) + "}}"), row.outcome)
        << row.attributes;
  }
  for (const char* text : {"{}", R"({"attributes":null})", R"({"attributes":[]})", "[]"}) {
    EXPECT_EQ(outcome(text), "KEY_VAULT_UNAVAILABLE") << text;
  }
}

}  // namespace
}  // namespace countersign::azure
