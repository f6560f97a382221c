// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/trust_holder.h"

#include <deque>
#include <functional>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::admission {
namespace {

using Certificates = std::vector<x509::Certificate>;
using Items = std::vector<trust::Item>;
using Loads = std::deque<Result<Items>>;

class ScriptedSource final : public trust::CertificateSource {
 public:
  explicit ScriptedSource(Loads loads, trust::Content content = trust::Content::Anchors)
      : loads_(std::move(loads)), content_(content) {}
  ~ScriptedSource() override { EXPECT_TRUE(loads_.empty()) << "loads that nobody asked for"; }

  std::string_view description() const override { return "scripted"; }
  trust::Content content() const override { return content_; }
  Result<Items> load(Deadline) override {
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
  trust::Content content_;
};

const trust::StoreName kAcme{trust::StoreType::Ca, "acme"};
const std::unexpected<Error> kDown = fail(Reason::KeyVaultUnavailable, "down");

const x509::Certificate& certificate(int number) {
  static const auto roots =
      std::array{test::make_root().certificate(), test::make_root().certificate()};
  return roots.at(static_cast<std::size_t>(number));
}

Items root(int number) { return trust::one_item("files", {certificate(number)}).value(); }

// An item of a source of several, "signer" with one version.
trust::Item item(std::string name, int number) {
  std::vector<trust::Entry> entries{{certificate(number), "v" + std::to_string(number)}};
  return {.name = std::move(name), .entries = std::move(entries)};
}
trust::Item gone(std::string name) {
  return {.name = std::move(name), .entries = {}, .remark = "is disabled"};
}
trust::Item failing(std::string name) { return {.name = std::move(name), .entries = kDown}; }

Items items(std::initializer_list<trust::Item> list) { return list; }

struct Holder {
  explicit Holder(Loads loads, std::optional<std::chrono::seconds> max_stale = std::nullopt,
                  trust::Content content = trust::Content::Anchors)
      : holder(sources(std::move(loads), max_stale, content), clock, *logger) {}

  static std::vector<StoreSource> sources(Loads loads,
                                          std::optional<std::chrono::seconds> max_stale,
                                          trust::Content content) {
    std::vector<StoreSource> sources;
    sources.push_back({.name = kAcme,
                       .source = std::make_unique<ScriptedSource>(std::move(loads), content),
                       .max_stale = max_stale});
    return sources;
  }
  void refresh() { holder.refresh(clock.in(std::chrono::seconds(1))); }
  // The reason for which the store gives nothing; nullopt when it gives certificates.
  std::optional<Reason> refused() {
    const auto certificates = holder.snapshot()->certificates(kAcme, clock.now());
    return certificates ? std::nullopt : std::optional(certificates.error().reason);
  }

  // Why its only item could not be looked at.
  std::optional<Reason> failure() {
    const auto snapshot = holder.snapshot();
    const auto& holdings = snapshot->stores().at(kAcme).holdings();
    EXPECT_EQ(holdings.size(), 1U);
    return holdings.front().failure ? std::optional(holdings.front().failure->reason)
                                    : std::nullopt;
  }
  // The number of certificates that are trusted now.
  std::size_t trusted() {
    const auto snapshot = holder.snapshot();
    const auto certificates = snapshot->certificates(kAcme, clock.now());
    return certificates ? certificates->size() : 0;
  }
  std::optional<Reason> missing() {
    const auto error = holder.snapshot()->missing(kAcme, clock.now());
    return error ? std::optional(error->reason) : std::nullopt;
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
  EXPECT_EQ(held.failure(), Reason::KeyVaultUnavailable);
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
  Holder held({trust::one_item("files", {leaf.certificate()})});
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreEmpty);
  EXPECT_EQ(held.failure(), Reason::BadConfig);
}

TEST(TrustHolder, CountsAGenerationOnlyWhenTheCertificatesChange) {
  Holder held({root(0), root(0), root(1)});
  held.refresh();
  const auto first = held.holder.snapshot();
  held.refresh();
  EXPECT_EQ(held.holder.snapshot()->generation(), first->generation());
  held.refresh();
  EXPECT_NE(held.holder.snapshot()->generation(), first->generation());
  const auto certificates = first->stores().at(kAcme).certificates(held.clock.now());
  ASSERT_EQ(certificates.size(), 1U);
  EXPECT_EQ(certificates.front(), certificate(0)) << "a snapshot was edited";
}

TEST(TrustHolder, OneItemTakesNoTrustFromAnother) {  // AKV-07, AZ-30
  Holder held({items({item("a", 0), failing("b")}), items({item("a", 0), item("b", 1)}),
               items({failing("a"), item("b", 1)})},
              std::chrono::hours(24));
  held.refresh();
  EXPECT_EQ(held.trusted(), 1U);
  EXPECT_EQ(held.missing(), Reason::TrustStoreEmpty) << "b was never loaded";
  EXPECT_TRUE(held.holder.problems(held.clock.now()).empty()) << "a is there";
  held.refresh();
  EXPECT_EQ(held.trusted(), 2U);
  EXPECT_EQ(held.missing(), std::nullopt);
  held.clock.advance(std::chrono::hours(23));
  held.refresh();
  EXPECT_EQ(held.trusted(), 2U);
  held.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(held.trusted(), 1U) << "a is stale, b was loaded an hour ago";
  EXPECT_EQ(held.missing(), Reason::TrustStoreStale);
}

TEST(TrustHolder, WhatIsGoneIsDroppedAtOnce) {  // AKV-06, AZ-25, AZ-26, AZ-27
  Holder held({items({item("a", 0), item("b", 1)}), items({gone("a"), item("b", 1)}),
               items({gone("a")}), items({item("a", 0)})},
              std::chrono::hours(24), trust::Content::Chains);
  held.refresh();
  EXPECT_EQ(held.trusted(), 2U);
  held.refresh();
  EXPECT_EQ(held.trusted(), 1U) << "a is disabled";
  EXPECT_EQ(held.missing(), std::nullopt) << "that is known";
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreEmpty) << "b is not named any more";
  held.refresh();
  EXPECT_EQ(held.trusted(), 1U) << "a was recovered";
}

TEST(TrustHolder, AnOutageKeepsWhatWasGoodAndDropsNothing) {
  Holder held({items({item("a", 0), gone("b")}), kDown, kDown}, std::chrono::hours(24),
              trust::Content::Chains);
  held.refresh();
  held.refresh();
  EXPECT_EQ(held.trusted(), 1U);
  held.clock.advance(std::chrono::hours(24));
  held.refresh();
  EXPECT_EQ(held.refused(), Reason::TrustStoreStale);
}

TEST(TrustHolder, ARequiredItemIsAConditionOfReadiness) {  // AKV-07
  auto needed = failing("b");
  needed.need = trust::Item::Need::Required;
  auto there = item("b", 1);
  there.need = trust::Item::Need::Required;
  Holder held({items({item("a", 0), needed}), items({item("a", 0), there})});
  held.refresh();
  EXPECT_EQ(held.trusted(), 1U);
  EXPECT_EQ(held.holder.problems(held.clock.now()).size(), 1U);
  held.refresh();
  EXPECT_TRUE(held.holder.problems(held.clock.now()).empty());
}

TEST(TrustHolder, SaysWhetherAllOfAStoreWasLookedAt) {
  Holder held({items({item("a", 0), gone("b")}), items({item("a", 0), failing("b")}), kDown},
              std::nullopt, trust::Content::Chains);
  const auto refresh = [&] { return held.holder.refresh(0, held.clock.in(std::chrono::hours(1))); };
  EXPECT_TRUE(refresh());
  EXPECT_FALSE(refresh());
  EXPECT_FALSE(refresh());
}

// Looks at what is trusted while it is being loaded itself.
class Rotating final : public trust::CertificateSource {
 public:
  std::string_view description() const override { return "rotating"; }
  trust::Content content() const override { return trust::Content::Chains; }
  Result<Items> load(Deadline) override {
    seen.push_back(trusted());
    std::vector<trust::Entry> entries{{certificate(0), "old"}};
    if (seen.size() > 1) {
      entries.push_back({certificate(1), "new"});
    }
    return items({{.name = "signer", .entries = std::move(entries)}});
  }
  std::function<std::size_t()> trusted;
  std::vector<std::size_t> seen;
};

TEST(TrustHolder, ANewVersionLeavesNoGap) {  // AZ-38
  auto owner = std::make_unique<Rotating>();
  auto& source = *owner;
  std::vector<StoreSource> sources;
  sources.push_back({.name = kAcme, .source = std::move(owner)});
  const test::FixedClock clock;
  const auto logger = log::make_silent_logger();
  TrustHolder holder(std::move(sources), clock, *logger);
  source.trusted = [&] {
    const auto snapshot = holder.snapshot();
    const auto certificates = snapshot->certificates(kAcme, clock.now());
    return certificates ? certificates->size() : 0;
  };
  holder.refresh(clock.in(std::chrono::seconds(1)));
  const auto before = holder.snapshot();
  holder.refresh(clock.in(std::chrono::seconds(1)));
  EXPECT_EQ(source.seen, (std::vector<std::size_t>{0, 1})) << "the old one counts meanwhile";
  EXPECT_EQ(source.trusted(), 2U);
  EXPECT_EQ(before->certificates(kAcme, clock.now())->size(), 1U) << "a decision keeps its set";
}

}  // namespace
}  // namespace countersign::admission
