// SPDX-License-Identifier: Apache-2.0
// Judged through examine(), which gives each check its statement.
#include "notation/decisive_time.h"

#include <utility>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "examination.h"

namespace countersign::notation {
namespace {

using samples::day;
using samples::examine;
using samples::expect_failure;
using samples::expect_pass;
using samples::Given;
using samples::result;
using test::CoseWriter;

// --- authentic timestamp

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

Given with_timestamp(Given given) {
  auto writer = samples::writer();
  writer.set_unsigned("io.cncf.notary.timestampSignature", test::cbor_bytes(as_bytes("token")));
  given.envelope = writer.write();
  return given;
}

TEST(DecisiveTime, RefusesTimestampsThatItCantVerify) {
  Given given;
  given.statement.stores.push_back({trust::StoreType::Tsa, "time"});
  expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);  // NV-T01
  const auto timestamped = with_timestamp(given);
  expect_failure(timestamped, Check::AuthenticTimestamp, Reason::TimestampInvalid);
  EXPECT_NE(result(examine(timestamped), Check::AuthenticTimestamp).detail.find("not verified yet"),
            std::string::npos);
}

TEST(DecisiveTime, WantsTimestampsOnlyAfterExpiryWhenToldSo) {  // NV-T02
  auto given = with_validity(day(2025, 1, 1), day(2026, 1, 1));
  given.statement.stores.push_back({trust::StoreType::Tsa, "time"});
  given.statement.verify_timestamp = TimestampUse::AfterCertificateExpiry;
  given.now = day(2026, 1, 1);
  expect_pass(given, Check::AuthenticTimestamp);
  given.now += std::chrono::seconds(1);
  expect_failure(given, Check::AuthenticTimestamp, Reason::TimestampInvalid);
  given.now = day(2024, 1, 1);
  expect_failure(given, Check::AuthenticTimestamp, Reason::CertificateExpired);
}

TEST(DecisiveTime, IgnoresTimestampsWithoutATsaStore) {
  expect_pass(with_timestamp({}), Check::AuthenticTimestamp);
  auto late = with_timestamp({});
  late.now = day(2095, 1, 1);
  expect_failure(late, Check::AuthenticTimestamp, Reason::CertificateExpired);  // NV-T03
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
