// SPDX-License-Identifier: Apache-2.0
#include "notation/registry_scope.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::notation {
namespace {

struct Accepted {
  const char* text;
  const char* canonical;
};

const Accepted kAccepted[] = {
    {"*", "*"},
    {"registry.example/net-monitor", "registry.example/net-monitor"},
    {"registry.example:5000/a/b/c", "registry.example:5000/a/b/c"},
    {"local/layout", "local/layout"},
    {"r/a.b_c__d-e---f0", "r/a.b_c__d-e---f0"},
    {"127.0.0.1:5000/x", "127.0.0.1:5000/x"},
    // Other spellings of one repository.
    {"Registry.Example/app", "registry.example/app"},
    {"registry.example:443/app", "registry.example/app"},
    {"index.docker.io/library/nginx", "docker.io/library/nginx"},
    {"docker.io/nginx", "docker.io/library/nginx"},
};

TEST(RegistryScope, BecomesCanonical) {
  for (const auto& row : kAccepted) {
    const auto scope = parse_scope(row.text);
    ASSERT_TRUE(scope) << row.text;
    EXPECT_EQ(*scope, row.canonical);
  }
}

const char* const kRefused[] = {
    // NV-O12
    "",
    "repository",
    "registry.example/",
    "/app",
    "registry.example/app/",
    "registry.example//app",
    "registry.example/App",
    "registry.example/app*",
    "registry.example/*",
    "*.example/app",
    "**",
    "https://registry.example/app",
    "registry.example/app:v1",
    "registry.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "registry.example./app",
    "-registry.example/app",
    "registry-.example/app",
    "registry..example/app",
    "registry_example/app",
    "registry.example:/app",
    "registry.example:port/app",
    "registry.example:1:2/app",
    "user@registry.example/app",
    "[::1]:5000/app",
    "registry.example/a..b",
    "registry.example/a___b",
    "registry.example/a._b",
    "registry.example/a-_b",
    "registry.example/.a",
    "registry.example/a.",
    "registry.example/-a",
    "registry.example/a%2fb",
    " registry.example/app",
    "registry.example/app ",
};

TEST(RegistryScope, RefusesEachRow) {
  for (const auto* text : kRefused) {
    const auto scope = parse_scope(text);
    ASSERT_FALSE(scope) << text;
    EXPECT_EQ(scope.error().reason, Reason::BadConfig) << text;
  }
}

TEST(RegistryScope, RefusesWhatNoReferenceCanBe) {
  EXPECT_FALSE(parse_scope("r/" + std::string(limits::kReferenceBytes, 'a')));
}

}  // namespace
}  // namespace countersign::notation
