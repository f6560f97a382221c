// SPDX-License-Identifier: Apache-2.0
#include "registry/wire.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

TEST(EntranceOf, IsTheApiOfTheRegistry) {
  EXPECT_EQ(entrance_of("registry.test:5000", {})->root.text(), "https://registry.test:5000/v2/");
  EXPECT_EQ(entrance_of("docker.io", {})->root.text(), "https://registry-1.docker.io/v2/");
  EXPECT_EQ(entrance_of("registry.test", {.scheme = Scheme::Http})->root.text(),
            "http://registry.test/v2/");
  EXPECT_FALSE(entrance_of("no registry", {}));
}

TEST(RepositoryUrl, OfThisRegistryOnly) {
  const test::FixedClock clock;
  test::ScriptedTransport http;
  const Wire wire("registry.test", {}, http, clock);
  const auto url = [&wire](const char* image) {
    return repository_url(wire, oci::ImageRef::parse(image).value());
  };
  EXPECT_EQ(url("registry.test/a/b:1")->text(), "https://registry.test/v2/a/b/");
  EXPECT_EQ(url("other.test/a/b:1").error().reason, Reason::Internal);
}

TEST(CountingTransport, CountsWhatIsSent) {
  const test::FixedClock clock;
  test::ScriptedTransport http;
  http.expect("https://h/1", test::answer(200)).expect("https://h/2", test::answer(200));
  CountingTransport counting(http);
  std::vector<net::Request> requests(2);
  requests[0].url = "https://h/1";
  requests[1].url = "https://h/2";
  EXPECT_EQ(counting.send_all(requests, clock.in(std::chrono::seconds(1))).size(), 2U);
  EXPECT_EQ(counting.sent(), 2U);
}

}  // namespace
}  // namespace countersign::registry
