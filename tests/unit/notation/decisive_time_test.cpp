// SPDX-License-Identifier: Apache-2.0
// Judged through examine(), which gives each check its statement.
#include "notation/decisive_time.h"

#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "examination.h"
#include "timestamps.h"

namespace countersign::notation {
namespace {

using samples::day;
using samples::examine;
using samples::expect_failure;
using samples::expect_pass;
using samples::Given;
using test::CoseWriter;

const x509::Certificate& signer_root() { return samples::signer().chain().back(); }

// --- without a timestamp

Given with_validity(Time not_before, Time not_after) {
  auto spec = test::leaf_spec();
  spec.not_before = not_before;
  spec.not_after = not_after;
  const auto leaf = test::make_leaf(test::key(test::KeyType::P256), spec);
  return {.envelope = CoseWriter(leaf, test::payload_of(samples::image())).write(),
          .stores = samples::stores({{"ca:acme", {leaf.chain().back()}}})};
}

TEST(DecisiveTime, JudgesValidityNowIncludingBothLimits) {  // NV-K30 NV-K31
  auto given = with_validity(day(2025, 1, 1), day(2026, 1, 1));
  using std::chrono::seconds;
  given.now = day(2025, 1, 1);
  expect_pass(given, Check::AuthenticTimestamp);
  given.now = day(2026, 1, 1);
  expect_pass(given, Check::AuthenticTimestamp);
  given.now = day(2025, 1, 1) - seconds(1);
  expect_failure(given, Check::AuthenticTimestamp, Reason::CertificateExpired);
  given.now = day(2026, 1, 1) + seconds(1);
  expect_failure(given, Check::AuthenticTimestamp, Reason::CertificateExpired);
}

TEST(DecisiveTime, JudgesSigningAuthoritiesAtTheirOwnTime) {
  auto spec = test::leaf_spec();
  spec.not_before = samples::time(CoseWriter::kSigningTime - 10);
  spec.not_after = samples::time(CoseWriter::kSigningTime + 10);
  const auto leaf = test::make_leaf(test::key(test::KeyType::P256), spec);
  CoseWriter writer(leaf, test::payload_of(samples::image()));
  writer.scheme_signing_authority();
  Given given{.stores = samples::stores({{"signingAuthority:acme", {leaf.chain().back()}}}),
              .now = day(2040, 1, 1)};
  given.statement.stores = {{trust::StoreType::SigningAuthority, "acme"}};
  for (const auto& [offset, valid] :
       {std::pair(-11, false), {-10, true}, {10, true}, {11, false}}) {
    writer.set_signed("io.cncf.notary.authenticSigningTime",
                      test::cbor_time(CoseWriter::kSigningTime + offset));
    given.envelope = writer.write();
    if (valid) {
      expect_pass(given, Check::AuthenticTimestamp);
    } else {
      expect_failure(given, Check::AuthenticTimestamp, Reason::CertificateExpired);
    }
  }
}

TEST(DecisiveTime, IgnoresTimestampsOfSigningAuthorities) {  // NV-T21
  auto writer = samples::writer();
  writer.scheme_signing_authority();
  Given given{.stores = samples::stores({{"signingAuthority:acme", {signer_root()}},
                                         {"tsa:time", {samples::tsa_root()}}})};
  given.statement = samples::timed();
  given.statement.stores.push_back({trust::StoreType::SigningAuthority, "acme"});
  for (const auto& envelope :
       {writer.write(), samples::with_token(writer, {'t', 'o', 'k', 'e', 'n'}),
        samples::timestamped(writer, samples::at(day(1999, 1, 1)))}) {
    given.envelope = envelope;
    expect_pass(given, Check::AuthenticTimestamp);
    EXPECT_FALSE(examine(given).timestamp_anchor);
  }
}

// --- with a timestamp

// Signed by a leaf that was valid in 2025 only; the tsa store is that of samples::tsa().
struct Signed2025 {
  Given given;
  CoseWriter writer;
};
Signed2025 signed_2025(TimestampUse use = TimestampUse::Always) {
  auto spec = test::leaf_spec();
  spec.not_before = day(2025, 1, 1);
  spec.not_after = day(2026, 1, 1);
  const auto leaf = test::make_leaf(test::key(test::KeyType::P256), spec);
  const CoseWriter writer(leaf, test::payload_of(samples::image()));
  return {.given = {.envelope = writer.write(),
                    .statement = samples::timed(use),
                    .stores = samples::stores(
                        {{"ca:acme", {leaf.chain().back()}}, {"tsa:time", {samples::tsa_root()}}})},
          .writer = writer};
}

Given stamped_2025(const samples::TokenChange& change, const test::Signer& by = samples::tsa()) {
  auto [given, writer] = signed_2025();
  given.envelope = samples::timestamped(writer, change, by);
  return given;
}

TEST(DecisiveTime, BelievesTimestampsOfExpiredSigners) {  // TSA-01
  const auto given = stamped_2025(samples::at(day(2025, 6, 1)));
  expect_pass(given, Check::AuthenticTimestamp);
  const auto examination = examine(given);
  ASSERT_TRUE(examination.timestamp_anchor);
  EXPECT_EQ(examination.timestamp_anchor->chain(), samples::tsa().chain());
  EXPECT_EQ(examination.timestamp_anchor->trusted(), 2U);
}

TEST(DecisiveTime, WantsATimestampWhereATsaStoreIsListed) {  // NV-T01
  Given given{.statement = samples::timed(),
              .stores = samples::stores(
                  {{"ca:acme", {signer_root()}}, {"tsa:time", {samples::tsa_root()}}})};
  expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);
  given.envelope = samples::with_token(samples::writer(), {'t', 'o', 'k', 'e', 'n'});
  expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);
}

TEST(DecisiveTime, WantsTimestampsOnlyAfterExpiryWhenToldSo) {  // NV-T02
  auto [given, writer] = signed_2025(TimestampUse::AfterCertificateExpiry);
  const auto garbage = samples::with_token(writer, {'t', 'o', 'k', 'e', 'n'});
  const auto good = samples::timestamped(writer, samples::at(day(2025, 6, 1)));
  const Time last = day(2026, 1, 1);
  const Time after = last + std::chrono::seconds(1);
  for (const auto& [now, envelope, failure] :
       std::vector<std::tuple<Time, ByteVector, std::optional<Reason>>>{
           {last, writer.write(), {}},
           {last, garbage, {}},
           {last, good, {}},
           {after, writer.write(), Reason::TimestampInvalid},
           {after, garbage, Reason::TimestampInvalid},
           {after, good, {}},
           {day(2024, 1, 1), good, Reason::CertificateExpired}}) {
    given.now = now;
    given.envelope = envelope;
    if (failure) {
      expect_failure(given, Check::AuthenticTimestamp, *failure);
    } else {
      expect_pass(given, Check::AuthenticTimestamp);
      EXPECT_EQ(examine(given).timestamp_anchor.has_value(), now == after);
    }
  }
}

TEST(DecisiveTime, IgnoresTimestampsWithoutATsaStore) {  // TSA-14
  Given valid{.envelope = samples::with_token(samples::writer(), {'t', 'o', 'k', 'e', 'n'})};
  expect_pass(valid, Check::AuthenticTimestamp);
  auto expired = stamped_2025(samples::at(day(2025, 6, 1)));
  expired.statement = samples::strict();
  expect_failure(expired, Check::AuthenticTimestamp, Reason::CertificateExpired);  // NV-T03
}

TEST(DecisiveTime, NeedsTheIntervalInsideOfEachCertificate) {  // NV-T18 TSA-09
  struct Row {
    Time time;
    std::int64_t accuracy;
    bool good;
  };
  const Time first = day(2025, 1, 1);
  const Time last = day(2026, 1, 1);
  using std::chrono::seconds;
  for (const auto& row :
       {Row{first, 0, true}, Row{first + seconds(30), 30, true}, Row{last, 0, true},
        Row{last - seconds(30), 30, true}, Row{first - seconds(1), 0, false},
        Row{first + seconds(30), 31, false}, Row{last + seconds(1), 0, false},
        Row{last - seconds(30), 31, false}, Row{first - seconds(30), 60, false},
        Row{last + seconds(30), 60, false}}) {
    const auto given = stamped_2025([&](test::TimestampMaker& maker) {
      maker.stamped_at(row.time).info.accuracy = test::accuracy(row.accuracy);
    });
    if (row.good) {
      expect_pass(given, Check::AuthenticTimestamp);
    } else {
      expect_failure(given, Check::AuthenticTimestamp, Reason::CertificateExpired);
    }
  }
}

TEST(DecisiveTime, NeedsATsaThatTheTsaStoresTrust) {  // NV-T16 TSA-07
  auto given = stamped_2025(samples::at(day(2025, 6, 1)));
  const auto root = samples::first_store(given.stores);
  const auto namesake = test::make_root(test::ca_spec("C=US, ST=WA, O=Clock, CN=Clock Root"));
  const auto stranger = test::make_root(test::ca_spec("CN=Stranger"));
  auto in_both = root;
  in_both.push_back(samples::tsa_root());
  for (const auto& [certificates, tsa, reason] :
       std::vector<std::tuple<x509::Chain, x509::Chain, Reason>>{
           {root, {stranger.certificate()}, Reason::TimestampInvalid},
           {root, {namesake.certificate()}, Reason::TimestampInvalid},
           {in_both, {stranger.certificate()}, Reason::TimestampInvalid},  // in a ca store only
           {in_both, {}, Reason::TrustStoreEmpty}}) {
    given.stores = samples::stores({{"ca:acme", certificates}, {"tsa:time", tsa}});
    expect_failure(given, Check::AuthenticTimestamp, reason);
  }
  given.stores = samples::stores({{"ca:acme", in_both}});
  expect_failure(given, Check::AuthenticTimestamp, Reason::TrustStoreEmpty);
}

test::Signer tsa_of(Time not_before, Time not_after, std::string_view root = "CN=Clock Root") {
  auto spec = test::tsa_spec();
  spec.not_before = not_before;
  spec.not_after = not_after;
  return test::make_root(test::ca_spec(root)).issue(spec);
}

TEST(DecisiveTime, JudgesTheTsaAtGenTimeOnly) {  // NV-T17 TSA-05
  const auto by = tsa_of(day(2025, 3, 1), day(2025, 9, 1));
  for (const auto& [time, good] : {std::pair(day(2025, 3, 1), true),
                                   {day(2025, 9, 1), true},
                                   {day(2025, 2, 28), false},
                                   {day(2025, 9, 2), false}}) {
    auto given = stamped_2025(samples::at(time), by);
    given.stores = samples::stores(
        {{"ca:acme", samples::first_store(given.stores)}, {"tsa:time", {by.chain().back()}}});
    if (good) {
      expect_pass(given, Check::AuthenticTimestamp);
    } else {
      expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);
    }
  }
}

TEST(DecisiveTime, HoldsEachTsaToItsOwnTime) {  // TSA-08
  const auto retired = tsa_of(day(2024, 1, 1), day(2025, 3, 1), "CN=Retired Root");
  const auto serving = tsa_of(day(2025, 3, 1), day(2030, 1, 1), "CN=Serving Root");
  for (const auto& [by, time, good] :
       std::vector<std::tuple<test::Signer, Time, bool>>{{retired, day(2025, 2, 1), true},
                                                         {serving, day(2025, 6, 1), true},
                                                         {retired, day(2025, 6, 1), false},
                                                         {serving, day(2025, 2, 1), false}}) {
    auto given = stamped_2025(samples::at(time), by);
    given.statement.stores.push_back({trust::StoreType::Tsa, "more"});
    given.stores = samples::stores({{"ca:acme", samples::first_store(given.stores)},
                                    {"tsa:time", {retired.chain().back()}},
                                    {"tsa:more", {serving.chain().back()}}});
    if (good) {
      expect_pass(given, Check::AuthenticTimestamp);
    } else {
      expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);
    }
  }
}

TEST(DecisiveTime, AStoreThatCantBeReadMattersWhenTheOthersDontSuffice) {
  auto given = stamped_2025(samples::at(day(2025, 6, 1)));
  given.statement.stores.insert(given.statement.stores.begin(), {trust::StoreType::Tsa, "broken"});
  expect_pass(given, Check::AuthenticTimestamp);
  auto stores = given.stores.stores();
  auto& store = stores.at(trust::StoreName::parse("tsa:time").value());
  auto holdings = store.holdings();
  holdings.front().stale_at = given.now;
  store = trust::Store(std::move(holdings));
  given.stores = {stores, 1};
  given.statement.stores.erase(given.statement.stores.begin());
  expect_failure(given, Check::AuthenticTimestamp, Reason::TrustStoreStale);
}

// --- expiry

TEST(DecisiveTime, LetsASignatureExpireAtItsExpiry) {
  Given given{.envelope = samples::writer().expires(CoseWriter::kSigningTime + 100).write()};
  given.now = samples::time(CoseWriter::kSigningTime + 99);
  expect_pass(given, Check::Expiry);
  given.now = samples::time(CoseWriter::kSigningTime + 100);
  expect_failure(given, Check::Expiry, Reason::SignatureExpired);
}

}  // namespace
}  // namespace countersign::notation
