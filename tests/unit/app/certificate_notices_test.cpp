// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_notices.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::app {
namespace {

using log::Level;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

class Counting final : public log::Logger {
 public:
  void write(Level level, std::string_view, std::initializer_list<log::Field>) override {
    levels.push_back(level);
  }
  std::vector<Level> levels;
};

const Time kEnd = test::FixedClock().now();

TEST(CertificateNotices, TellOnceADayThenOnceAnHour) {
  Counting log;
  CertificateNotices notices(log);
  const auto lines = [&](seconds before_the_end) {
    notices.look(kEnd, kEnd - before_the_end);
    return log.levels.size();
  };
  EXPECT_EQ(lines(days(30) + seconds(1)), 0U);
  EXPECT_EQ(lines(days(30)), 1U);
  EXPECT_EQ(lines(days(29) + seconds(1)), 1U);
  EXPECT_EQ(lines(days(29)), 2U);
  EXPECT_EQ(lines(days(7)), 3U);
  EXPECT_EQ(lines(days(7) - hours(1) + seconds(1)), 3U);
  EXPECT_EQ(lines(days(7) - hours(1)), 4U);
  EXPECT_EQ(lines(seconds(0)), 5U);
  EXPECT_EQ(log.levels.back(), Level::Warning);
  EXPECT_EQ(lines(hours(-1)), 6U);
  EXPECT_EQ(log.levels.back(), Level::Error);
  EXPECT_EQ(lines(days(-2)), 7U);
}

TEST(CertificateNotices, BeginAnewWithAnotherCertificate) {
  Counting log;
  CertificateNotices notices(log);
  notices.look(kEnd, kEnd - days(2));
  notices.look(kEnd + days(1), kEnd - days(2));
  EXPECT_EQ(log.levels.size(), 2U);
  notices.look(kEnd + days(90), kEnd - days(2));
  EXPECT_EQ(log.levels.size(), 2U);
}

TEST(CertificateNotices, ACalendarThatIsSetBackSilencesNothing) {
  Counting log;
  CertificateNotices notices(log);
  notices.look(kEnd, kEnd + days(2));
  notices.look(kEnd, kEnd - days(2));
  EXPECT_EQ(log.levels.size(), 2U);
}

}  // namespace
}  // namespace countersign::app
