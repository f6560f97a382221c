// SPDX-License-Identifier: Apache-2.0
#include "registry/link.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::registry {
namespace {

net::Response with(const std::vector<std::string>& values) {
  net::Response response{200, {}, ""};
  for (const auto& value : values) {
    response.headers.push_back({"link", value});
  }
  return response;
}

// REG-39
TEST(Link, FindsTheNextPage) {
  const struct {
    const char* name;
    std::vector<std::string> values;
    std::optional<std::string> next;
  } rows[] = {
      {"none", {}, std::nullopt},
      {"quoted", {R"(</v2/a?n=2>; rel="next")"}, "/v2/a?n=2"},
      {"unquoted", {"<p>;rel=next"}, "p"},
      {"case", {R"(<p>; REL="Next")"}, "p"},
      {"several relations", {R"(<p>; rel="prev  next")"}, "p"},
      {"several links", {R"(<a>; rel="prev", <b,c>; title="x, y"; rel="next")"}, "b,c"},
      {"several headers", {R"(<a>; rel="first")", R"(<b>; rel="next")"}, "b"},
      {"the same twice", {R"(<b>; rel="next")", R"(<b>; rel="next")"}, "b"},
      {"another relation", {R"(<a>; rel="nextish")"}, std::nullopt},
      {"the first rel counts", {R"(<a>; rel="prev"; rel="next")"}, std::nullopt},
      {"no relation", {"<a>"}, std::nullopt},
  };
  for (const auto& row : rows) {
    const auto next = next_link(with(row.values));
    ASSERT_TRUE(next) << row.name;
    EXPECT_EQ(*next, row.next) << row.name;
  }
}

TEST(Link, WhatCantBeReadIsNotTheLastPage) {
  std::string many;
  for (std::size_t count = 0; count <= limits::kLinkTargets; ++count) {
    many += "<a>,";
  }
  for (const std::string& value :
       {std::string("a; rel=next"), std::string("<>; rel=next"), std::string("<a; rel=next"),
        std::string("<a>; rel=\"next"), std::string("<a> rel=next"), std::string("<a b>; rel=next"),
        std::string("<a>; rel=next, <b>; rel=next"), many}) {
    const auto next = next_link(with({value}));
    ASSERT_FALSE(next) << value;
    EXPECT_EQ(next.error().reason, Reason::RegistryResponse);
  }
}

}  // namespace
}  // namespace countersign::registry
