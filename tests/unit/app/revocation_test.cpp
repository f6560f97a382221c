// SPDX-License-Identifier: Apache-2.0
#include "app/revocation.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

Result<std::unique_ptr<Revocation>> create(RevocationSetup setup, const Clock& clock,
                                           log::Logger& logger) {
  setup.where = "c.yaml:1:1";
  return Revocation::create(std::move(setup), clock, logger);
}

TEST(Revocation, AsksNobodyBeyondPublicAddressesUnlessToldSo) {
  const test::FixedClock clock;
  const auto logger = log::make_silent_logger();
  const auto revocation = create({}, clock, *logger);
  ASSERT_TRUE(revocation) << revocation.error().detail;
  const auto root = test::make_root();
  auto spec = test::leaf_spec();
  spec.crl_urls = {"http://127.0.0.1:9/list.crl"};  // the discard port
  const auto leaf = root.issue(spec);
  const notation::Question question{.about = notation::Check::Revocation,
                                    .certificate = leaf.certificate(),
                                    .issuer = root.certificate()};
  const auto answers = (*revocation)->checker().ask({&question, 1}, clock.in(5s));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(!answers[0] || answers[0]->kind == x509::RevocationStatus::Kind::Unknown);
  const auto counters = (*revocation)->client().counters();
  EXPECT_EQ(counters.cached_statuses, 0U);
  EXPECT_EQ(counters.cached_bytes, 0U);
}

TEST(Revocation, NamesThePlaceOfWhatCantBeUsed) {
  const test::FixedClock clock;
  const auto logger = log::make_silent_logger();
  RevocationSetup setup;
  setup.transport.ca_file = "/nonexistent/ca.pem";
  const auto revocation = create(std::move(setup), clock, *logger);
  ASSERT_FALSE(revocation);
  EXPECT_EQ(revocation.error().reason, Reason::BadConfig);
  EXPECT_TRUE(revocation.error().detail.starts_with("c.yaml:1:1: ")) << revocation.error().detail;
}

}  // namespace
}  // namespace countersign::app
