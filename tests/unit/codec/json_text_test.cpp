// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json_text.h"

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

TEST(JsonText, IsTheDocumentAgain) {
  for (const std::string text :
       {R"({"b":[1,-2,18446744073709551615,true,false,null,"a\"\u000a"],"a":{"x":{}},"c":[]})",
        "[]", R"("")", "1.500"}) {
    const auto json = Json::parse(text, {.bytes = 1000}, Reason::Internal);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json_text(*json), text);
  }
}

}  // namespace
}  // namespace countersign::codec
