// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/inspection.h"
#include "inspections.h"

namespace countersign::app {
namespace {

TEST(InspectTable, HasALineForEachSignature) {
  SampleInspection sample;
  const auto plain = inspect_table(sample.inspection());
  EXPECT_TRUE(plain.starts_with("DIGEST ")) << plain;
  EXPECT_TRUE(plain.ends_with("  2026-05-28T20:26:40Z  -          -        CN=Acme Signer\n"))
      << plain;
  EXPECT_TRUE(inspect_table(sample.inspection(untrusted_report())).contains("untrusted UNTRUSTED"));
  EXPECT_TRUE(inspect_table(sample.malformed()).contains("ENVELOPE_INVALID"));
}

TEST(InspectTable, ShowsTheTimestampsInterval) {
  SampleInspection sample;
  sample.stamp(test::make_root().issue(test::tsa_spec()));
  EXPECT_TRUE(inspect_table(sample.inspection()).contains("Z to 20"));
  sample.stamp_badly();
  EXPECT_TRUE(inspect_table(sample.inspection()).contains("malformed"));
}

TEST(InspectTable, ColoursTheVerdict) {
  const SampleInspection sample;
  EXPECT_TRUE(inspect_table(sample.inspection(untrusted_report()), Colour::Always)
                  .contains("\x1b[31muntrusted UNTRUSTED\x1b[0m"));
}

}  // namespace
}  // namespace countersign::app
