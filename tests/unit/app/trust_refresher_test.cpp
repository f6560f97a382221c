// SPDX-License-Identifier: Apache-2.0
#include "app/trust_refresher.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

// A source whose loads a test counts, lets fail, and holds back.
class GatedSource final : public trust::CertificateSource {
 public:
  std::string_view description() const override { return "gated"; }
  Result<std::vector<trust::Item>> load(Deadline) override {
    std::unique_lock lock(mutex_);
    ++loads_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !shut_; });
    if (failing_) {
      return fail(Reason::KeyVaultUnavailable, "down");
    }
    return trust::one_item("vault", {certificate_});
  }

  void set(bool shut, bool failing) {
    const std::scoped_lock lock(mutex_);
    shut_ = shut;
    failing_ = failing;
    changed_.notify_all();
  }
  // A test that is right waits for milliseconds; one that is wrong fails instead of hanging.
  bool await_loads(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 1min, [&] { return loads_ >= count; });
  }

 private:
  const x509::Certificate certificate_ = test::make_root().certificate();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t loads_ = 0;
  bool shut_ = false;
  bool failing_ = false;
};

class TrustRefresherTest : public testing::Test {
 protected:
  GatedSource& add(std::string name, std::optional<std::chrono::seconds> refresh) {
    auto source = std::make_unique<GatedSource>();
    auto& gate = *source;
    sources_.push_back({.name = {trust::StoreType::Ca, std::move(name)},
                        .source = std::move(source),
                        .max_stale = 1h,
                        .refresh = refresh});
    return gate;
  }
  void start() {
    holder_ = std::make_unique<admission::TrustHolder>(std::move(sources_), clock_, *logger_);
    refresher_ = std::make_unique<TrustRefresher>(*holder_, clock_, [] { return 0.0; });
  }
  bool trusted(std::string name) const {
    return holder_->snapshot()
        ->certificates({trust::StoreType::Ca, std::move(name)}, clock_.now())
        .has_value();
  }

  const SystemClock clock_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::vector<admission::StoreSource> sources_;
  std::unique_ptr<admission::TrustHolder> holder_;
  std::unique_ptr<TrustRefresher> refresher_;
};

TEST_F(TrustRefresherTest, LooksAtOnceAndWhenItIsTold) {
  auto& vault = add("vault", 1h);
  start();
  ASSERT_TRUE(vault.await_loads(1));
  refresher_->look_now();
  EXPECT_TRUE(vault.await_loads(2));
  EXPECT_TRUE(refresher_->await_looks({}, 1min));
  EXPECT_TRUE(trusted("vault"));
}

TEST_F(TrustRefresherTest, WhoWaitsForALookMayLoseInterest) {
  auto& vault = add("vault", 1h);
  vault.set(true, false);
  start();
  ASSERT_TRUE(vault.await_loads(1));
  refresher_->look_now();
  EXPECT_FALSE(refresher_->await_looks({}, 1ms)) << "the vault hangs";
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(refresher_->await_looks(source.get_token(), 1min));
  vault.set(false, false);
  EXPECT_TRUE(refresher_->await_looks({}, 1min));
}

TEST_F(TrustRefresherTest, LooksAgainSoonAfterAFailure) {  // AKV-02
  auto& vault = add("vault", 1h);
  vault.set(false, true);
  start();
  ASSERT_TRUE(vault.await_loads(1));
  EXPECT_FALSE(trusted("vault"));
  vault.set(false, false);
  EXPECT_TRUE(vault.await_loads(2)) << "a second later, not in an hour";
  refresher_.reset();
  EXPECT_TRUE(trusted("vault"));
}

TEST_F(TrustRefresherTest, AVaultThatHangsDelaysNoOtherAndNoReader) {  // AKV-12, AKV-13
  auto& slow = add("slow", 1h);
  auto& good = add("good", 1h);
  slow.set(true, false);
  start();
  ASSERT_TRUE(slow.await_loads(1));
  ASSERT_TRUE(good.await_loads(1));
  refresher_->look_now();
  EXPECT_TRUE(good.await_loads(2));
  EXPECT_FALSE(trusted("slow"));
  EXPECT_TRUE(trusted("good"));
  slow.set(false, false);
}

TEST_F(TrustRefresherTest, LeavesFilesAlone) {
  auto& files = add("files", std::nullopt);
  auto& vault = add("vault", 1h);
  start();
  ASSERT_TRUE(vault.await_loads(1));
  refresher_.reset();
  EXPECT_FALSE(trusted("files"));
  static_cast<void>(files);
}

}  // namespace
}  // namespace countersign::app
