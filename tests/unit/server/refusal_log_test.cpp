// SPDX-License-Identifier: Apache-2.0
#include "server/refusal_log.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::server {
namespace {

using std::chrono::milliseconds;

class Recording final : public log::Logger {
 public:
  void write(log::Level level, std::string_view,
             std::initializer_list<log::Field> fields) override {
    EXPECT_EQ(level, log::Level::Warning);
    std::string line;
    for (const auto& field : fields) {
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        line.append(*text).append(" ");
      } else {
        line += std::to_string(std::get<std::int64_t>(field.value));
      }
    }
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

TEST(RefusalLog, WritesALineASecondForEachReason) {
  countersign::test::FixedClock clock;
  Recording log;
  RefusalLog refusals(log, clock);
  for (int time = 0; time < 100; ++time) {
    refusals.note({ClientRefusal::Missing});
  }
  refusals.note({ClientRefusal::Name, "mallory"});
  EXPECT_EQ(log.lines, (std::vector<std::string>{"missing  1", "name mallory 1"}));
  clock.advance(milliseconds(999));
  refusals.note({ClientRefusal::Missing});
  EXPECT_EQ(log.lines.size(), 2U);
  clock.advance(milliseconds(1));
  refusals.note({ClientRefusal::Missing});
  EXPECT_EQ(log.lines.back(), "missing  101");
  clock.advance(milliseconds(1'000));
  refusals.note({ClientRefusal::Missing});
  EXPECT_EQ(log.lines.back(), "missing  1");
}

TEST(RefusalLog, NamesAreClosed) {
  EXPECT_EQ(name(ClientRefusal::Missing), "missing");
  EXPECT_EQ(name(ClientRefusal::Untrusted), "untrusted");
  EXPECT_EQ(name(ClientRefusal::OutOfTime), "time");
  EXPECT_EQ(name(ClientRefusal::Usage), "usage");
  EXPECT_EQ(name(ClientRefusal::Name), "name");
}

}  // namespace
}  // namespace countersign::server
