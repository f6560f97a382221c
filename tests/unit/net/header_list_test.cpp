// SPDX-License-Identifier: Apache-2.0
#include "net/header_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

std::vector<std::string> lines(const Request& request) {
  const auto list = header_list(request).value();
  std::vector<std::string> found;
  for (const auto* node = list.get(); node != nullptr; node = node->next) {
    found.emplace_back(node->data);
  }
  return found;
}

TEST(HeaderList, HoldsWhatIsSent) {
  Request request{Method::Get, "https://h/", {{"Accept", "a"}, {"Accept", "b"}}, "", 10};
  EXPECT_EQ(lines(request),
            (std::vector<std::string>{"Accept-Encoding: identity", "Accept: a", "Accept: b"}));
  request.method = Method::Post;
  request.headers = {{"X", ""}};
  EXPECT_EQ(lines(request),
            (std::vector<std::string>{"Accept-Encoding: identity", "Expect:", "X: "}));
}

TEST(HeaderList, RefusesWhatIsNoHeader) {
  for (const auto& header : std::vector<Header>{{"", "a"},
                                                {"A: b", ""},
                                                {"A b", ""},
                                                {"A\r\nB", ""},
                                                {"A", "b\r\nX: y"},
                                                {"A", "b\n"},
                                                {"A", std::string("b\0c", 3)}}) {
    const auto list = header_list({Method::Get, "https://h/", {header}, "", 10});
    ASSERT_FALSE(list) << header.name;
    EXPECT_EQ(list.error().reason, Reason::Internal) << header.name;
  }
}

}  // namespace
}  // namespace countersign::net
