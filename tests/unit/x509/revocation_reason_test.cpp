// SPDX-License-Identifier: Apache-2.0
#include "x509/revocation_reason.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace test;

constexpr Time kDate = std::chrono::sys_days{std::chrono::year{2023} / 2 / 3};

TEST(RevocationReason, KnowsAllReasonsByName) {
  const std::pair<std::uint8_t, std::string_view> rows[] = {
      {0, "unspecified"},        {1, "keyCompromise"},      {2, "cACompromise"},
      {3, "affiliationChanged"}, {4, "superseded"},         {5, "cessationOfOperation"},
      {6, "certificateHold"},    {7, "unspecified"},  // has no meaning
      {8, "removeFromCRL"},      {9, "privilegeWithdrawn"}, {10, "aACompromise"},
      {11, "unspecified"},       {0xff, "unspecified"},  // -1
  };
  for (const auto& [number, name] : rows) {
    EXPECT_EQ(describe_revocation(kDate, revocation_reason(ByteVector{number})),
              "revoked at 2023-02-03T00:00:00Z: " + std::string(name));
  }
}

TEST(RevocationReason, NumbersWithoutMeaningRevokeForGood) {
  EXPECT_EQ(revocation_reason(ByteVector{0x01, 0x06}), RevocationReason::Unspecified);
  EXPECT_EQ(revocation_reason(ByteVector(9, 0x08)), RevocationReason::Unspecified);
  EXPECT_EQ(revocation_reason({}), RevocationReason::Unspecified);
}

TEST(RevocationReason, InvalidityDateIsOneGeneralizedTime) {
  EXPECT_EQ(invalidity_date(der_generalized_time(kDate)), kDate);
  EXPECT_FALSE(invalidity_date({}));
  EXPECT_FALSE(invalidity_date(der_time(kDate)));
  EXPECT_FALSE(invalidity_date(der_concat({der_generalized_time(kDate), {0x05, 0x00}})));
  EXPECT_FALSE(invalidity_date(der_text(0x18, "20230203000000.5Z")));
  EXPECT_FALSE(invalidity_date(der_text(0x18, "20230203000000+0100")));
}

}  // namespace
}  // namespace countersign::x509
