// SPDX-License-Identifier: Apache-2.0
#include "app/service_pages.h"

#include <gtest/gtest.h>

#include "app/config.h"
#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

TEST(ServicePages, ShowWhatIsTrustedKnownAndConnected) {
  const TestServices services;
  const auto logger = log::make_silent_logger();
  TestServices tools;
  const SignedImage image;
  auto config = parse_config(image.config(), "/etc/c.yaml", builtins(), services.services);
  ASSERT_TRUE(config) << config.error().front();
  const auto application =
      Application::create(std::move(config->setup),
                          {.clock = services.clock, .logger = *logger, .observer = tools.observer});
  ASSERT_TRUE(application) << application.error().detail;
  (*application)->refresh_trust(services.clock.in(1s));

  server::Metrics metrics;
  show(**application, services.clock.now(), metrics);
  show(server::FrontCounters{.accepted = 7, .open = 3}, metrics);
  const auto page = metrics.text();
  for (const auto* line : {"countersign_trust_certificates 1", "countersign_connections_open 3",
                           "countersign_connections_accepted 7", "countersign_envelopes_opened 0",
                           "countersign_registry_facts_known{fact=\"tag\"} 0"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line << "\n" << page;
  }
  EXPECT_NE(details_of(**application, services.clock.now()).find("trust store ca:vectors"),
            std::string::npos);
}

}  // namespace
}  // namespace countersign::app
