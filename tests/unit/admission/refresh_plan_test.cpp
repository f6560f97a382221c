// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/refresh_plan.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::admission {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<std::int64_t> failures(RefreshPlan& plan, std::size_t count, double chance) {
  std::vector<std::int64_t> pauses;
  for (std::size_t i = 0; i < count; ++i) {
    pauses.push_back(plan.after_failure(chance).count());
  }
  return pauses;
}

TEST(RefreshPlan, DoublesItsPausesUpToAMinute) {  // AZ-28
  RefreshPlan plan(minutes(15));
  const std::vector<std::int64_t> doubled{1'000,  2'000,  4'000,  8'000, 16'000,
                                          32'000, 60'000, 60'000, 60'000};
  EXPECT_EQ(failures(plan, doubled.size(), 0.5), doubled);
  EXPECT_EQ(plan.after_success(0.5), minutes(15));
  EXPECT_EQ(plan.after_failure(0.5), seconds(1)) << "a success forgets them";
}

TEST(RefreshPlan, WaitsNoLongerAfterAFailureThanWithoutOne) {
  RefreshPlan plan(seconds(3));
  EXPECT_EQ(failures(plan, 4, 0.5), (std::vector<std::int64_t>{1'000, 2'000, 3'000, 3'000}));
}

struct Fleet {
  int replicas;
  int stores;
};

// What many replicas ask of a vault in an hour, and when: nobody can make them meet.
TEST(RefreshPlan, SpreadsByATenth) {  // AZ-43, AKV-04
  for (const Fleet fleet : {Fleet{3, 20}, Fleet{50, 1}}) {
    int loads = 0;
    std::vector<int> in_second(3'600);
    for (int each = 0; each < fleet.replicas * fleet.stores; ++each) {
      RefreshPlan plan(minutes(15));
      double chance = 0.5;
      auto time = std::chrono::milliseconds(0);  // they start together
      while (time < minutes(60)) {
        ++loads;
        in_second.at(static_cast<std::size_t>(time / seconds(1))) += 1;
        // A low-discrepancy walk instead of chance: the same at every run.
        chance = std::fmod(chance + 0.618033988749895 * (each + 1), 1.0);
        const auto pause = plan.after_success(chance);
        EXPECT_GE(pause, seconds(810));
        EXPECT_LE(pause, seconds(990));
        time += pause;
      }
    }
    const int all = fleet.replicas * fleet.stores;
    EXPECT_LE(loads, 5 * all) << "four an hour, and the first";
    EXPECT_GE(loads, 4 * all);
    in_second.front() = 0;
    EXPECT_LE(*std::ranges::max_element(in_second), all / 5) << "they meet again and again";
  }
}

}  // namespace
}  // namespace countersign::admission
