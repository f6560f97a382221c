// SPDX-License-Identifier: Apache-2.0
#include "courier/symptoms.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
constexpr Waited kLong{.allowed = seconds(4), .took = seconds(4)};
constexpr Waited kHurried{.allowed = milliseconds(999), .took = milliseconds(999)};
constexpr Waited kQuick{.allowed = milliseconds(999), .took = milliseconds(1)};

Symptoms of(int status, std::vector<net::Header> headers = {}) {
  return symptoms_of(net::Response{status, std::move(headers), {}}, kLong, kNow);
}

TEST(Symptoms, OfAStatus) {
  struct Row {
    int status;
    Health health;
    Attempt attempt;
  };
  for (const auto& row :
       {Row{200, Health::Alive, Attempt::Final}, Row{307, Health::Alive, Attempt::Final},
        Row{400, Health::Alive, Attempt::Final}, Row{401, Health::Alive, Attempt::Final},
        Row{403, Health::Alive, Attempt::Final}, Row{404, Health::Alive, Attempt::Final},
        Row{408, Health::Failed, Attempt::WorthAnother},
        Row{429, Health::Alive, Attempt::WorthAnother},
        Row{500, Health::Alive, Attempt::WorthAnother}, Row{501, Health::Alive, Attempt::Final},
        Row{502, Health::Failed, Attempt::WorthAnother},
        Row{503, Health::Failed, Attempt::WorthAnother},
        Row{504, Health::Failed, Attempt::WorthAnother}}) {
    EXPECT_EQ(of(row.status).health, row.health) << row.status;
    EXPECT_EQ(of(row.status).attempt, row.attempt) << row.status;
  }
}

TEST(Symptoms, OfAnError) {
  struct Row {
    Reason reason;
    Waited waited;
    Health health;
    Attempt attempt;
  };
  for (const auto& row :
       {Row{Reason::RegistryUnavailable, kLong, Health::Failed, Attempt::WorthAnother},
        Row{Reason::RegistryUnavailable, kQuick, Health::Failed, Attempt::WorthAnother},
        Row{Reason::RegistryUnavailable, kHurried, Health::Unknown, Attempt::WorthAnother},
        Row{Reason::DeadlineExceeded, kLong, Health::Failed, Attempt::Final},
        Row{Reason::DeadlineExceeded, kHurried, Health::Unknown, Attempt::Final},
        Row{Reason::RegistryResponse, kLong, Health::Alive, Attempt::Final},
        Row{Reason::AddressNotAllowed, kLong, Health::Unknown, Attempt::Final},
        Row{Reason::BadConfig, kLong, Health::Unknown, Attempt::Final},
        Row{Reason::Overloaded, kLong, Health::Unknown, Attempt::Final},
        Row{Reason::Internal, kLong, Health::Unknown, Attempt::Final}}) {
    const auto symptoms = symptoms_of(fail(row.reason, ""), row.waited, kNow);
    EXPECT_EQ(symptoms.health, row.health) << wire_name(row.reason);
    EXPECT_EQ(symptoms.attempt, row.attempt) << wire_name(row.reason);
  }
}

TEST(Symptoms, OnlyATroubledHostMayAskForQuiet) {
  const std::vector<net::Header> wish{{"retry-after", "7"}};
  EXPECT_EQ(of(429, wish).retry_after, seconds(7));
  EXPECT_EQ(of(503, wish).retry_after, seconds(7));
  for (const int status : {200, 301, 404, 500, 502}) {
    EXPECT_FALSE(of(status, wish).retry_after) << status;
  }
  EXPECT_FALSE(of(429, {{"retry-after", "later"}}).retry_after);
  EXPECT_EQ(of(429, {{"retry-after", "7"}, {"retry-after-ms", "300"}}).retry_after,
            milliseconds(300));
}

}  // namespace
}  // namespace countersign::courier
