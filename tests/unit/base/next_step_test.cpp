// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/next_step.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign {
namespace {

TEST(NextStep, EveryReasonHasOne) {
  for (const auto reason : all_reasons()) {
    const auto step = next_step(reason);
    EXPECT_GT(step.size(), 8U) << wire_name(reason);
    EXPECT_EQ(step.find('\n'), std::string_view::npos) << wire_name(reason);
    EXPECT_FALSE(step.ends_with(".")) << wire_name(reason);
  }
}

TEST(NextStep, WhatAnAuthorCanNotMendIsNotAskedOfHim) {
  for (const auto reason : all_reasons()) {
    if (blame(reason) == Blame::Operator) {
      EXPECT_TRUE(next_step(reason).starts_with("the cluster's operator")) << wire_name(reason);
    }
  }
}

TEST(NextStep, KnowsMoreThanWhoMustAct) {
  EXPECT_NE(next_step(Reason::SignatureNotFound), next_step(Reason::SignatureInvalid));
  EXPECT_EQ(next_step(Reason::SignatureInvalid), next_step(Reason::Untrusted));
}

}  // namespace
}  // namespace countersign
