// SPDX-License-Identifier: Apache-2.0
#include "courier/hosts.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

net::Url url(const std::string& text) { return net::Url::parse(text, Reason::Internal).value(); }

TEST(Hosts, AreKnownByOrigin) {
  Hosts hosts;
  const auto host = hosts.of(url("https://a.example/v2/x"));
  EXPECT_EQ(host->name(), "a.example");
  EXPECT_EQ(host, hosts.of(url("https://A.example:443/v2/y?z")));
  for (const auto* const other :
       {"http://a.example/", "https://a.example:444/", "https://b.example/"}) {
    EXPECT_NE(host, hosts.of(url(other))) << other;
  }
  EXPECT_EQ(hosts.of(url("http://a.example:5000/"))->name(), "a.example:5000");
}

TEST(Hosts, AreBoundedAndTheOneInUseStays) {
  Hosts hosts;
  const auto ours = hosts.of(url("https://a.example/"));
  const auto idle = hosts.of(url("https://b.example/"));
  for (std::size_t count = 0; count < 2 * limits::kHosts; ++count) {
    hosts.of(url("https://storage" + std::to_string(count) + ".example/"));
    ASSERT_EQ(ours, hosts.of(url("https://a.example/")));
  }
  EXPECT_NE(idle, hosts.of(url("https://b.example/")));
}

}  // namespace
}  // namespace countersign::courier
