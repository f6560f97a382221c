// SPDX-License-Identifier: Apache-2.0
// One examination, given what differs from a good one.
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "samples.h"

namespace countersign::notation::samples {

using Metadata = std::map<std::string, std::string>;

inline Time day(int year, unsigned month, unsigned number) {
  using namespace std::chrono;
  return sys_days(
      year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(number)));
}

// One examination; a test changes what it is about.
struct Given {
  ByteVector envelope = writer().write();
  std::string_view media_type = oci::media_type::kCose;
  oci::Descriptor subject = image();
  Metadata metadata = {};
  Statement statement = strict();
  trust::Snapshot stores = acme();
  Time now = kNow;
};

inline Examination examine(const Given& given) {
  const auto envelope = open_envelope(given.media_type, given.envelope);
  return examine(
      {.envelope = envelope, .subject = given.subject, .required_metadata = given.metadata},
      given.statement, given.stores, given.now);
}

inline const CheckResult& result(const Examination& examination, Check check) {
  for (const auto& one : examination.results) {
    if (one.check == check) {
      return one;
    }
  }
  ADD_FAILURE() << "no result for " << name(check);
  return examination.results.front();
}

inline void expect_pass(const Given& given, Check check) {
  const auto examination = examine(given);
  const auto& found = result(examination, check);
  EXPECT_EQ(found.outcome, Outcome::Pass) << found.detail;
}

inline void expect_failure(const Given& given, Check check, Reason reason) {
  const auto examination = examine(given);
  const auto& found = result(examination, check);
  EXPECT_EQ(found.outcome, Outcome::Fail);
  EXPECT_EQ(found.action, Action::Enforce);
  EXPECT_EQ(found.reason, reason) << found.detail;
  EXPECT_FALSE(examination.anchor);
  EXPECT_FALSE(examination.timestamp_anchor);
}

}  // namespace countersign::notation::samples
