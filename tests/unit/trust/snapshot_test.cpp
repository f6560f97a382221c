// SPDX-License-Identifier: Apache-2.0
#include "countersign/trust/snapshot.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/pki.h"
#include "support/trust_store.h"

namespace countersign::trust {
namespace {

using namespace test;

constexpr Time kNow = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24};

TEST(Snapshot, ReadsStoreNames) {
  const std::pair<std::string_view, StoreName> rows[] = {
      {"ca:acme", {StoreType::Ca, "acme"}},
      {"signingAuthority:A.b_c-9", {StoreType::SigningAuthority, "A.b_c-9"}},
      {"tsa:...", {StoreType::Tsa, "..."}},
  };
  for (const auto& [text, expected] : rows) {
    const auto name = StoreName::parse(text);
    ASSERT_TRUE(name) << text;
    EXPECT_EQ(*name, expected);
    EXPECT_EQ(name->text(), text);
  }
}

TEST(Snapshot, RefusesOtherStoreNames) {  // NV-S08, NV-O08
  for (const std::string_view text : {"",
                                      ":",
                                      "ca",
                                      "ca:",
                                      ":acme",
                                      "*",
                                      "ca:*",
                                      "x509:ca:acme",
                                      "CA:acme",
                                      "Ca:acme",
                                      "tsa :a",
                                      " ca:a",
                                      "ca: a",
                                      "ca:a ",
                                      "ca:.",
                                      "ca:..",
                                      "ca:a/b",
                                      "ca:../b",
                                      "ca:a\\b",
                                      "ca:\xc3\xa9",
                                      "signingauthority:a",
                                      "unknown:a"}) {
    const auto name = StoreName::parse(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().reason, Reason::BadConfig) << text;
  }
  EXPECT_FALSE(StoreName::parse(std::string_view("ca:a\0b", 6)));
}

struct StoreRow {
  std::string_view name;
  std::vector<x509::Certificate> certificates;
  bool ca;   // in a store of type ca or signingAuthority
  bool tsa;  // in a store of type tsa
};

TEST(Snapshot, ChecksWhatMayBeInAStore) {  // NV-S04, NV-S05, CRT-22
  const Signer root = make_root();
  const Signer issuing = root.issue(ca_spec("CN=Issuing CA"));
  const Signer leaf = issuing.issue(leaf_spec());
  const x509::Certificate self = make_key_vault_signer(key(KeyType::P256)).certificate();
  CertificateSpec renamed = ca_spec();
  renamed.issuer_der = name_der({{"CN", "somebody"}});
  const StoreRow rows[] = {
      {"root", {root.certificate()}, true, true},
      {"root twice", {root.certificate(), root.certificate()}, true, true},
      {"intermediate CA", {issuing.certificate()}, true, false},
      {"self-signed leaf", {self}, true, false},
      {"leaf", {leaf.certificate()}, false, false},
      {"leaf behind its root", {root.certificate(), leaf.certificate()}, false, false},
      {"CA with another issuer name", {Signer::self_signed(renamed).certificate()}, true, false},
  };
  for (const StoreRow& row : rows) {
    const std::pair<StoreType, bool> types[] = {
        {StoreType::Ca, row.ca}, {StoreType::SigningAuthority, row.ca}, {StoreType::Tsa, row.tsa}};
    for (const auto& [type, good] : types) {
      const auto checked = check_certificates(type, row.certificates);
      ASSERT_EQ(checked.has_value(), good) << row.name << " in " << name(type);
      if (!checked) {
        EXPECT_EQ(checked.error().reason, Reason::BadConfig) << row.name;
      }
    }
  }
}

TEST(Snapshot, RefusesAnEmptyStore) {  // NV-S01
  for (const StoreType type : {StoreType::Ca, StoreType::SigningAuthority, StoreType::Tsa}) {
    const auto checked = check_certificates(type, {});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().reason, Reason::TrustStoreEmpty);
  }
}

const StoreName kAcme{StoreType::Ca, "acme"};
const Error kRefused{Reason::KeyVaultDenied, "403"};

Reason reason_of(const Store& store, Time now = kNow) {
  const StoreName name{StoreType::Ca, "acme"};
  const Snapshot snapshot({{name, store}}, 1);
  const auto certificates = snapshot.certificates(name, now);
  EXPECT_FALSE(certificates);
  return certificates ? Reason::Internal : certificates.error().reason;
}

TEST(Snapshot, GivesTheCertificatesOfAStore) {
  const Signer root = make_root();
  const StoreName name{StoreType::Ca, "acme"};
  const Snapshot snapshot({{name, test::store_of({root.certificate()})}}, 7);
  EXPECT_EQ(snapshot.generation(), 7U);
  const auto certificates = snapshot.certificates(name, kNow);
  ASSERT_TRUE(certificates);
  ASSERT_EQ(certificates->size(), 1U);
  EXPECT_EQ(certificates->front(), root.certificate());
}

TEST(Snapshot, KeepsStoresOfDifferentTypesApart) {  // NV-S06, CRT-23
  const auto store = test::store_of({make_root().certificate()});
  const Snapshot snapshot({{{StoreType::Ca, "acme"}, store}}, 1);
  for (const StoreName& other :
       {StoreName{StoreType::SigningAuthority, "acme"}, StoreName{StoreType::Tsa, "acme"},
        StoreName{StoreType::Ca, "Acme"}, StoreName{StoreType::Ca, ""}}) {
    const auto certificates = snapshot.certificates(other, kNow);
    ASSERT_FALSE(certificates) << other.text();
    EXPECT_EQ(certificates.error().reason, Reason::TrustStoreEmpty) << other.text();
  }
}

TEST(Snapshot, DeniesStoresWithoutCertificates) {  // NV-S01
  EXPECT_EQ(reason_of({}), Reason::TrustStoreEmpty);
  EXPECT_EQ(reason_of(test::store_of({})), Reason::TrustStoreEmpty);
  EXPECT_EQ(reason_of(Store({{.name = "never", .failure = kRefused}})), Reason::TrustStoreEmpty);
}

TEST(Snapshot, DeniesFromTheMomentAStoreIsStale) {
  const auto store = test::store_of({make_root().certificate()}, kNow);
  const StoreName name{StoreType::Ca, "acme"};
  const Snapshot snapshot({{name, store}}, 1);
  EXPECT_TRUE(snapshot.certificates(name, kNow - std::chrono::seconds(1)));
  EXPECT_EQ(reason_of(store, kNow), Reason::TrustStoreStale);
  EXPECT_EQ(reason_of(store, kNow + std::chrono::seconds(1)), Reason::TrustStoreStale);
}

struct TwoItems {
  std::string_view what;
  Holding second;  // beside one that is good
  std::optional<Reason> missing;
};

TEST(Snapshot, OneItemTakesNoTrustFromAnother) {  // AKV-07, AZ-30
  const auto good = make_root().certificate();
  const auto other = make_root().certificate();
  const TwoItems rows[] = {
      {"both good",
       {.name = "b", .entries = test::entries_of({other}), .loaded_at = kNow},
       std::nullopt},
      {"gone", {.name = "b", .loaded_at = kNow}, std::nullopt},
      {"never loaded", {.name = "b", .failure = kRefused}, Reason::TrustStoreEmpty},
      {"fails, not yet stale",
       {.name = "b",
        .entries = test::entries_of({other}),
        .loaded_at = kNow,
        .stale_at = kNow + std::chrono::seconds(1),
        .failure = kRefused},
       std::nullopt},
      {"stale",
       {.name = "b", .entries = test::entries_of({other}), .loaded_at = kNow, .stale_at = kNow},
       Reason::TrustStoreStale},
  };
  for (const auto& row : rows) {
    const Holding first{.name = "a", .entries = test::entries_of({good}), .loaded_at = kNow};
    const Snapshot snapshot({{kAcme, Store({row.second, first})}}, 1);
    const auto certificates = snapshot.certificates(kAcme, kNow);
    ASSERT_TRUE(certificates) << row.what;
    EXPECT_NE(std::ranges::find(*certificates, good), certificates->end()) << row.what;
    const bool trusted = !row.second.entries.empty() && !row.missing;
    EXPECT_EQ(certificates->size(), trusted ? 2U : 1U) << row.what;
    const auto missing = snapshot.missing(kAcme, kNow);
    EXPECT_EQ(missing ? std::optional(missing->reason) : std::nullopt, row.missing) << row.what;
  }
}

TEST(Snapshot, OfAChainTrustsWhatTheTypeAllows) {
  const Signer root = make_root();
  const Signer issuing = root.issue(ca_spec("CN=Issuing CA"));
  const Signer leaf = issuing.issue(leaf_spec());
  const std::vector chain{leaf.certificate(), issuing.certificate(), root.certificate()};
  EXPECT_EQ(anchors_of(StoreType::Ca, test::entries_of(chain)).size(), 2U);
  EXPECT_EQ(anchors_of(StoreType::SigningAuthority, test::entries_of(chain)).size(), 2U);
  const auto roots = anchors_of(StoreType::Tsa, test::entries_of(chain));
  ASSERT_EQ(roots.size(), 1U);
  EXPECT_EQ(roots.front().certificate, root.certificate());
  EXPECT_TRUE(anchors_of(StoreType::Ca, test::entries_of({leaf.certificate()})).empty());
}

TEST(Snapshot, DeniesEverythingWhenItHoldsNothing) {
  const auto certificates = Snapshot().certificates({StoreType::Ca, "acme"}, kNow);
  ASSERT_FALSE(certificates);
  EXPECT_EQ(certificates.error().reason, Reason::TrustStoreEmpty);
}

}  // namespace
}  // namespace countersign::trust
