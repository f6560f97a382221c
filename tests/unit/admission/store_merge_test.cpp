// SPDX-License-Identifier: Apache-2.0
#include "admission/store_merge.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::admission {
namespace {

using std::chrono::hours;
using trust::Content;
using trust::StoreType;

const std::unexpected<Error> kDown = fail(Reason::KeyVaultUnavailable, "down");

trust::Item item(std::vector<x509::Certificate> certificates) {
  std::vector<trust::Entry> entries;
  for (auto& certificate : certificates) {
    entries.push_back({std::move(certificate)});
  }
  return {.name = "one", .entries = std::move(entries)};
}

Look look(StoreType type, Content content, Time now, Tick tick = {}) {
  return {.type = type,
          .content = content,
          .source = "vault",
          .max_stale = hours(24),
          .now = now,
          .tick = tick};
}

const Time kNow = test::FixedClock().now();

struct Row {
  std::string_view what;
  StoreType type;
  Content content;
  std::vector<x509::Certificate> certificates;
  std::size_t trusted;  // 0: the item is an error
};

// A chain as a vault has it, and what of it may be in a store.
TEST(StoreMerge, OfAChainTrustsWhatMayBeInSuchAStore) {
  const auto root = test::make_root();
  const auto issuing = root.issue(test::ca_spec("CN=Issuing CA"));
  const auto leaf = issuing.issue(test::leaf_spec()).certificate();
  const auto self = test::make_key_vault_signer(test::key(test::KeyType::P256)).certificate();
  const std::vector chain{leaf, issuing.certificate(), root.certificate()};
  const Row rows[] = {
      {"chain", StoreType::Ca, Content::Chains, chain, 2},
      {"chain of an authority", StoreType::SigningAuthority, Content::Chains, chain, 2},
      {"chain of a TSA", StoreType::Tsa, Content::Chains, chain, 1},
      {"chain in files", StoreType::Ca, Content::Anchors, chain, 0},
      {"issued leaf alone", StoreType::Ca, Content::Chains, {leaf}, 0},
      {"the walk-through's certificate", StoreType::Ca, Content::Chains, {self}, 1},
      {"the same for timestamps", StoreType::Tsa, Content::Chains, {self}, 0},
      {"two roots in files",
       StoreType::Ca,
       Content::Anchors,
       {root.certificate(), issuing.certificate()},
       2},
  };
  for (const auto& row : rows) {
    const auto store =
        merged({}, std::vector{item(row.certificates)}, look(row.type, row.content, kNow));
    ASSERT_EQ(store.holdings().size(), 1U) << row.what;
    EXPECT_EQ(store.certificates(kNow).size(), row.trusted) << row.what;
    const auto& failure = store.holdings().front().failure;
    EXPECT_EQ(failure ? std::optional(failure->reason) : std::nullopt,
              row.trusted == 0 ? std::optional(Reason::BadConfig) : std::nullopt)
        << row.what;
  }
}

TEST(StoreMerge, ACalendarThatIsSetBackProlongsNothing) {  // AZ-29 in part
  const auto root = test::make_root().certificate();
  const auto first =
      merged({}, std::vector{item({root})}, look(StoreType::Ca, Content::Chains, kNow));
  const auto a_day_earlier = kNow - hours(24);
  const auto soon =
      merged(first, kDown, look(StoreType::Ca, Content::Chains, a_day_earlier, Tick(hours(23))));
  EXPECT_EQ(soon.certificates(a_day_earlier).size(), 1U);
  const auto late =
      merged(first, kDown, look(StoreType::Ca, Content::Chains, a_day_earlier, Tick(hours(24))));
  EXPECT_TRUE(late.certificates(a_day_earlier).empty());
  EXPECT_EQ(late.missing(a_day_earlier)->reason, Reason::TrustStoreStale);
}

TEST(StoreMerge, BeforeTheFirstLoadTheSourceItselfIsWhatFails) {
  const auto store = merged({}, kDown, look(StoreType::Ca, Content::Chains, kNow));
  ASSERT_EQ(store.holdings().size(), 1U);
  EXPECT_EQ(store.holdings().front().name, "vault");
  const auto root = test::make_root().certificate();
  const auto after =
      merged(store, std::vector{item({root})}, look(StoreType::Ca, Content::Chains, kNow));
  ASSERT_EQ(after.holdings().size(), 1U);
  EXPECT_EQ(after.holdings().front().name, "one");
}

}  // namespace
}  // namespace countersign::admission
