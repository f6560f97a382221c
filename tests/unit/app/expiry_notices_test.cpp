// SPDX-License-Identifier: Apache-2.0
#include "app/expiry_notices.h"

#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/pki.h"

namespace countersign::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class Counting final : public log::Logger {
 public:
  void write(log::Level level, std::string_view message,
             std::initializer_list<log::Field>) override {
    EXPECT_EQ(level, log::Level::Warning);
    messages.emplace_back(message);
  }
  std::vector<std::string> messages;
};

trust::Snapshot of(const x509::Certificate& certificate) {
  trust::Holding holding{.name = "signer", .entries = {{certificate}}, .loaded_at = Time()};
  return {{{{trust::StoreType::Ca, "v"}, trust::Store({std::move(holding)})}}, 1};
}

TEST(ExpiryNotices, WarnsInTimeAndOnceADay) {
  const auto certificate = test::make_root().certificate();
  const auto end = certificate.not_after();
  const auto trusted = of(certificate);
  Counting log;
  ExpiryNotices notices(log);
  const auto messages = [&](Time now) {
    notices.look(trusted, now);
    return log.messages.size();
  };
  EXPECT_EQ(messages(end - limits::kExpiryNotice - seconds(1)), 0U);
  EXPECT_EQ(messages(end - limits::kExpiryNotice), 1U);
  EXPECT_EQ(messages(end - limits::kExpiryNotice + hours(23)), 1U);
  EXPECT_EQ(messages(end - limits::kExpiryNotice + hours(24)), 2U);
  EXPECT_EQ(messages(end + seconds(1)), 3U);
  EXPECT_NE(log.messages.front(), log.messages.back()) << "it has ended";
}

TEST(ExpiryNotices, ACalendarThatIsSetBackSilencesNothing) {
  const auto certificate = test::make_root().certificate();
  const auto trusted = of(certificate);
  Counting log;
  ExpiryNotices notices(log);
  notices.look(trusted, certificate.not_after() + hours(1'000));
  notices.look(trusted, certificate.not_after() - hours(1));
  EXPECT_EQ(log.messages.size(), 2U);
}

}  // namespace
}  // namespace countersign::app
