// SPDX-License-Identifier: Apache-2.0
#include "courier/notices.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

using Texts = std::vector<std::string>;

Texts warnings(std::vector<std::string> values) {
  net::Response response;
  for (auto& value : values) {
    response.headers.push_back({"warning", std::move(value)});
  }
  return warnings_of(response);
}

TEST(Notices, ReadsWarnings) {  // REG-84
  EXPECT_EQ(warnings({R"(299 - "old")"}), Texts{"old"});
  EXPECT_EQ(warnings({R"(299 - "a, \"b\"")", R"(299 - "c" , 299 - "d")"}),
            (Texts{"a, \"b\"", "c", "d"}));
  EXPECT_EQ(warnings({R"(299 - "dated" "Sun, 06 Nov 1994 08:49:37 GMT",299 - "next")"}),
            (Texts{"dated", "next"}));
  EXPECT_EQ(warnings({"299 - \"a\xe2\x80\xae"
                      "b\x01\"",
                      R"(299 - "c")"}),
            Texts{"c"});
  EXPECT_EQ(warnings({"299 - \"a\xe2\x80\xae"
                      "b\""}),
            Texts{"a?b"});
}

TEST(Notices, LeavesOutWhatIsNotForUs) {
  for (const auto* const value :
       {"", "299", "299 -", "299 - ", "299 - text", R"(299 - "open)", R"(299 "text")",
        R"(299-"text")", R"(199 - "misc")", R"(110 proxy "stale")", R"(299 proxy "text")",
        R"(299 - "")", R"(299 - "a" b)", R"(299 - "a""b" c)"}) {
    EXPECT_TRUE(warnings({value}).empty()) << value;
  }
  EXPECT_EQ(warnings({R"(214 proxy "changed", 299 - "ours")"}), Texts{"ours"});
}

TEST(Notices, AreBounded) {  // REG-84
  const auto value = "299 - \"" + std::string(1'000, 'x') + "\"";
  const auto many = warnings(std::vector<std::string>(100, value));
  EXPECT_EQ(many.size(), limits::kRegistryWarningBytes / value.size());
  EXPECT_LE(many.front().size(), limits::kRegistryWarningText);
  EXPECT_TRUE(warnings({"299 - \"" + std::string(5'120, 'x') + "\""}).empty());
}

TEST(Notices, CountsPulls) {
  const auto left = [](const std::string& value) {
    net::Response response;
    response.headers = {{"ratelimit-remaining", value}};
    return pulls_left_of(response);
  };
  EXPECT_EQ(left("99;w=21600"), 99U);
  EXPECT_EQ(left("0"), 0U);
  for (const auto* const value : {"", ";w=1", "-1", " 9", "9 ", "many", "99999999999999999999"}) {
    EXPECT_FALSE(left(value)) << value;
  }
  EXPECT_FALSE(pulls_left_of({}));
}

}  // namespace
}  // namespace countersign::courier
