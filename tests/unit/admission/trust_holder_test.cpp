// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/trust_holder.h"

#include <deque>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::admission {
namespace {

using Certificates = std::vector<x509::Certificate>;
using Loads = std::deque<Result<Certificates>>;

class ScriptedSource final : public trust::CertificateSource {
 public:
  explicit ScriptedSource(Loads loads) : loads_(std::move(loads)) {}
  ~ScriptedSource() override { EXPECT_TRUE(loads_.empty()) << "loads that nobody asked for"; }

  std::string_view description() const override { return "scripted"; }
  Result<Certificates> load(Deadline) override {
    if (loads_.empty()) {
      ADD_FAILURE() << "a load that is not scripted";
      return fail(Reason::Internal, "not scripted");
    }
    auto load = std::move(loads_.front());
    loads_.pop_front();
    return load;
  }

 private:
  Loads loads_;
};

const trust::StoreName kAcme{trust::StoreType::Ca, "acme"};
const std::unexpected<Error> kDown = fail(Reason::KeyVaultUnavailable, "down");

Certificates root(int number) {
  static const auto roots = std::array{test::make_root(), test::make_root()};
  return {roots.at(static_cast<std::size_t>(number)).certificate()};
}

struct Holder {
  explicit Holder(Loads loads, std::optional<std::chrono::seconds> max_stale = std::nullopt)
      : holder(sources(std::move(loads), max_stale), clock, *logger) {}

  static std::vector<StoreSource> sources(Loads loads,
                                          std::optional<std::chrono::seconds> max_stale) {
    std::vector<StoreSource> sources;
    sources.push_back({kAcme, std::make_unique<ScriptedSource>(std::move(loads)), max_stale});
    return sources;
  }
  void refresh() { holder.refresh(clock.in(std::chrono::seconds(1))); }
  // The reason for which the store gives nothing; nullopt when it gives certificates.
  std::optional<Reason> refused() {
    const auto certificates = holder.snapshot()->certificates(kAcme, clock.now());
    return certificates ? std::nullopt : std::optional(certificates.error().reason);
  }

  test::FixedClock clock;
  std::unique_ptr<log::Logger> logger = log::make_silent_logger();
  TrustHolder holder;
};

TEST(TrustHolder, TrustsNobodyBeforeTheFirstLoad) {
  Holder held(Loads{});
  EXPECT_EQ(held.refused(), Reason::TrustStoreEmpty);
  EXPECT_EQ(held.holder.problems(held.clock.now()).size(), 1U);
}

TEST(TrustHolder, PublishesWhatWasLoaded) {
  Holder held({root(0)});
  held.refresh();
  EXPECT_EQ(held.refused(), std::nullopt);
  EXPECT_TRUE(held.holder.problems(held.clock.now()).empty());
}

TEST(TrustHolder, BecomesGoodByItselfAfterABadStart) {
  Holder held({kDown, root(0)});
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreEmpty);
  ASSERT_EQ(held.holder.problems(held.clock.now()).size(), 1U);
  EXPECT_EQ(held.holder.snapshot()->stores().at(kAcme).failure->reason,
            Reason::KeyVaultUnavailable);
  held.refresh();
  EXPECT_EQ(held.refused(), std::nullopt);
  EXPECT_TRUE(held.holder.problems(held.clock.now()).empty());
}

TEST(TrustHolder, KeepsTheLastGoodCertificatesUntilTheyAreStale) {
  Holder held({root(0), kDown, kDown}, std::chrono::hours(24));
  held.refresh();
  held.clock.advance(std::chrono::hours(23));
  held.refresh();
  EXPECT_EQ(held.refused(), std::nullopt);
  held.clock.advance(std::chrono::hours(1));
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreStale);
  EXPECT_EQ(held.holder.problems(held.clock.now()).size(), 1U);
}

TEST(TrustHolder, KeepsFilesForEverWhenANewVersionIsBad) {
  Holder held({root(0), fail(Reason::BadConfig, "garbage")});
  held.refresh();
  held.clock.advance(std::chrono::hours(10'000));
  held.refresh();
  EXPECT_EQ(held.refused(), std::nullopt);
}

TEST(TrustHolder, RefusesCertificatesThatMayNotBeInSuchAStore) {
  const auto leaf = test::make_leaf();
  Holder held({Certificates{leaf.certificate()}});
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreEmpty);
  EXPECT_EQ(held.holder.snapshot()->stores().at(kAcme).failure->reason, Reason::BadConfig);
}

TEST(TrustHolder, CountsAGenerationOnlyWhenTheCertificatesChange) {
  Holder held({root(0), root(0), root(1)});
  held.refresh();
  const auto first = held.holder.snapshot();
  held.refresh();
  EXPECT_EQ(held.holder.snapshot()->generation(), first->generation());
  held.refresh();
  EXPECT_NE(held.holder.snapshot()->generation(), first->generation());
  EXPECT_EQ(first->stores().at(kAcme).certificates, root(0)) << "a snapshot was edited";
}

}  // namespace
}  // namespace countersign::admission
