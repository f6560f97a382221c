// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "app/config.h"
#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

class Lines final : public log::Logger {  // thread-safe
 public:
  void write(log::Level, std::string_view message, std::initializer_list<log::Field>) override {
    const std::scoped_lock lock(mutex_);
    lines_.emplace_back(message);
  }
  std::size_t count(std::string_view message) const {
    const std::scoped_lock lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(lines_, message));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A service's reloader over a file, without the service.
class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest() { write("first"); }

  void write(const std::string& rule, std::string_view more = {}) {
    auto text = image_.config(more);
    const std::string_view name = "name: signed";
    folder_.write("c.yaml", text.replace(text.find(name), name.size(), "name: " + rule));
  }
  std::expected<Config, Problems> load() {
    return load_config(folder_ / "c.yaml", builtins(), services_.services);
  }
  void start() {
    auto config = load();
    ASSERT_TRUE(config) << config.error().front();
    const Application::Tools tools{
        .clock = services_.clock, .logger = *logger_, .observer = services_.observer};
    auto first = Application::create(std::move(config->setup), tools);
    ASSERT_TRUE(first) << first.error().detail;
    (*first)->refresh_local_trust(services_.clock.in(1s));
    running_ = std::make_unique<Running>(std::move(*first), services_.clock, [] { return 0.5; });
    reloader_ = std::make_unique<Reloader>(
        Reloader::Tools{.running = *running_,
                        .load = [this] { return load(); },
                        .reload_certificate = [this] { return certificate(); },
                        .reloaded = [this](auto part, auto result) { note(part, result); },
                        .accepted = [this](const app::Setup&) { ++accepted_; },
                        .application = tools,
                        .clock = services_.clock,
                        .logger = *logger_,
                        .pause = 1h},  // only when it is told to
        *config);
  }
  // One look at everything; its result.
  Reloader::Result look() {
    std::unique_lock lock(mutex_);
    const auto before = looks_;
    lock.unlock();
    reloader_->look_now();
    lock.lock();
    EXPECT_TRUE(changed_.wait_for(lock, 1min, [&] { return looks_ > before; }));
    return configuration_;
  }
  void set_certificate(Result<bool> found) {
    const std::scoped_lock lock(mutex_);
    certificate_ = std::move(found);
  }
  std::string rule() const {
    return running_->current()->configuration().rules.rules().front().name;
  }

  support::TempFolder folder_;
  SignedImage image_;
  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::mutex mutex_;
  std::condition_variable changed_;
  Result<bool> certificate_ = false;  // what the next look finds
  std::size_t looks_ = 0;
  std::atomic<std::size_t> accepted_ = 0;
  Reloader::Result configuration_ = Reloader::Result::Refused;
  Reloader::Result of_certificate_ = Reloader::Result::Refused;
  std::unique_ptr<Running> running_;
  std::unique_ptr<Reloader> reloader_;

 private:
  Result<bool> certificate() {
    const std::scoped_lock lock(mutex_);
    return certificate_;
  }
  void note(Reloader::Part part, Reloader::Result result) {
    const std::scoped_lock lock(mutex_);
    switch (part) {
      case Reloader::Part::Certificate:
        of_certificate_ = result;
        break;
      case Reloader::Part::Configuration:  // the last of a look
        configuration_ = result;
        ++looks_;
        changed_.notify_all();
        break;
    }
  }
};

TEST_F(ReloaderTest, TakesWhatChangedAndNothingElse) {
  start();
  EXPECT_EQ(look(), Reloader::Result::Unchanged);
  EXPECT_EQ(accepted_, 0U);
  write("first");  // touched
  EXPECT_EQ(look(), Reloader::Result::Unchanged);
  write("second");
  EXPECT_EQ(look(), Reloader::Result::Done);
  EXPECT_EQ(rule(), "second");
  EXPECT_EQ(accepted_, 1U);
}

TEST_F(ReloaderTest, KeepsTheOldWhenTheNewCantBeUsed) {
  start();
  const auto before = running_->current();
  folder_.write("c.yaml", "version: 2\n");
  EXPECT_EQ(look(), Reloader::Result::Refused);
  folder_.write("c.yaml", "{");
  EXPECT_EQ(look(), Reloader::Result::Refused);
  std::filesystem::remove(folder_ / "c.yaml");
  EXPECT_EQ(look(), Reloader::Result::Refused);
  EXPECT_EQ(running_->current(), before);
  write("first");
  EXPECT_EQ(look(), Reloader::Result::Unchanged) << "as it runs";
  write("later");
  EXPECT_EQ(look(), Reloader::Result::Done);
  EXPECT_EQ(rule(), "later");
}

// The other events of the row are a decision line each: see DecisionRecord and TrustHolder.
TEST_F(ReloaderTest, TellsOfEachRefusalThatSomebodyAskedFor) {  // LOG-06
  logger_ = std::make_unique<Lines>();
  auto& lines = static_cast<Lines&>(*logger_);
  start();
  folder_.write("c.yaml", "{");
  look();
  EXPECT_EQ(lines.count("the configuration could not be reloaded; the old one stays"), 1U);
  look();
  EXPECT_EQ(lines.count("the configuration could not be reloaded; the old one stays"), 2U);
}

TEST_F(ReloaderTest, RefusesAConfigurationWhoseStoresCantBeLoaded) {
  start();
  auto text = image_.config();
  const std::string_view store = "truststore/x509/ca/vectors/*";
  text.replace(text.find(store), store.size(), "truststore/x509/ca/vectors/none*");
  folder_.write("c.yaml", text);
  EXPECT_EQ(look(), Reloader::Result::Refused);
  EXPECT_EQ(rule(), "first");
}

TEST_F(ReloaderTest, TellsOfTheCertificateApart) {
  start();
  set_certificate(fail(Reason::BadConfig, "key and certificate do not match"));
  EXPECT_EQ(look(), Reloader::Result::Unchanged);
  EXPECT_EQ(of_certificate_, Reloader::Result::Refused);
  set_certificate(true);
  EXPECT_EQ(look(), Reloader::Result::Unchanged);
  EXPECT_EQ(of_certificate_, Reloader::Result::Done);
}

}  // namespace
}  // namespace countersign::app
