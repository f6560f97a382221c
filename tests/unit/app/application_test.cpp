// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

class ApplicationTest : public testing::Test {
 protected:
  std::unique_ptr<Application> application(std::string_view text) {
    auto config = parse_config(text, "/etc/c.yaml", builtins(), services_.services);
    EXPECT_TRUE(config) << config.error().front();
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }

  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  SignedImage image_;
};

TEST_F(ApplicationTest, VerifiesASignedImageFromItsConfiguration) {
  const auto made = application(image_.config());
  EXPECT_FALSE(made->trust_problems().empty()) << "nothing is loaded yet";
  made->refresh_trust(services_.clock.in(1s));
  EXPECT_TRUE(made->trust_problems().empty());
  EXPECT_TRUE(made->broken_stores().empty());
  EXPECT_EQ(made->trusted_certificates(), 1U);
  const auto report =
      made->admitter().verify(*oci::ImageRef::parse(image_.image()), {}, services_.clock.in(10s));
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, policy::Verdict::Trusted) << report->detail;
}

TEST_F(ApplicationTest, ReadsAnEnvelopeOnceAndAsksNobodyAboutCertificatesWithoutSources) {
  const auto made = application(image_.config());
  made->refresh_trust(services_.clock.in(1s));
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(made->admitter().verify(*oci::ImageRef::parse(image_.image()), {},
                                        services_.clock.in(10s)));
  }
  EXPECT_EQ(made->envelope_counters().openings, 1U);
  EXPECT_EQ(made->envelope_counters().hits, 1U);
  made->refresh_revocation(services_.clock.in(1s));
  EXPECT_EQ(made->revocation_counters().requests, 0U);
}

TEST_F(ApplicationTest, NamesThePlaceOfAStoreThatCantBeUsed) {
  auto text = image_.config();
  const std::string_view pattern = "/vectors/*\"";
  text.replace(text.find(pattern), pattern.size(), "/nothing/*\"");
  const auto made = application(text);
  made->refresh_trust(services_.clock.in(1s));
  const auto broken = made->broken_stores();
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_TRUE(broken[0].starts_with("/etc/c.yaml:7:12: ")) << broken[0];
  EXPECT_EQ(made->trust_problems().size(), 1U);
}

}  // namespace
}  // namespace countersign::app
