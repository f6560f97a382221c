// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/x509/crl.h"

#include "revocation_pki.h"
#include "support/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Kind = RevocationStatus::Kind;

Crl open(const CrlSpec& spec, const Signer& issuer = pki().ca) {
  auto crl = Crl::open(make_crl(spec, issuer), issuer.certificate());
  EXPECT_TRUE(crl) << crl.error().detail;
  return *std::move(crl);
}

CrlEntrySpec entry(std::optional<int> reason, Time at = kRevokedAt,
                   std::optional<Time> invalid_since = {}) {
  CrlEntrySpec spec = revoked(pki().leaf.certificate(), reason);
  spec.revoked = at;
  spec.invalid_since = invalid_since;
  return spec;
}

const Certificate& leaf() { return pki().leaf.certificate(); }

TEST(CrlStatus, GoodIsWhatTheListDoesNotHave) {
  const auto status =
      status_in(open({.entries = {revoked(pki().neighbour.certificate())}}), nullptr, leaf());
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(status->kind, Kind::Good);
  EXPECT_EQ(status->fresh_until, kRevocationEnds);
  EXPECT_EQ(status_in(open({}), nullptr, leaf())->kind, Kind::Good);
}

TEST(CrlStatus, RevokedIsWhatTheListHas) {
  const auto status =
      status_in(open({.entries = {revoked(pki().neighbour.certificate()), entry(kKeyCompromise)}}),
                nullptr, leaf());
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(status->kind, Kind::Revoked);
  EXPECT_EQ(status->fresh_until, kRevocationEnds);
  EXPECT_EQ(status->since, std::nullopt);
  EXPECT_NE(status->detail.find("keyCompromise"), std::string::npos);
}

constexpr Time kT1 = kRevokedAt;
constexpr Time kT2 = kRevokedAt + 24h;
constexpr Time kT3 = kRevokedAt + 48h;

struct EntriesRow {
  std::string_view name;
  std::vector<CrlEntrySpec> base;
  std::vector<CrlEntrySpec> delta;
  Kind kind;
};

// NV-R17
TEST(CrlStatus, OfHoldsAndReleasesTheLatestCounts) {
  CrlEntrySpec other_hold = revoked(pki().neighbour.certificate(), kCertificateHold);
  other_hold.revoked = kT3;
  const EntriesRow rows[] = {
      {"hold", {entry(kCertificateHold)}, {}, Kind::Revoked},
      {"release", {entry(kRemoveFromCrl)}, {}, Kind::Good},
      {"hold, then released",
       {entry(kCertificateHold, kT1)},
       {entry(kRemoveFromCrl, kT2)},
       Kind::Good},
      {"released, then on hold",
       {entry(kRemoveFromCrl, kT1)},
       {entry(kCertificateHold, kT2)},
       Kind::Revoked},
      {"later hold in the base",
       {entry(kCertificateHold, kT2)},
       {entry(kRemoveFromCrl, kT1)},
       Kind::Revoked},
      {"hold, release, hold",
       {entry(kCertificateHold, kT1), entry(kRemoveFromCrl, kT2), entry(kCertificateHold, kT3)},
       {},
       Kind::Revoked},
      {"hold, hold, release",
       {entry(kCertificateHold, kT1), entry(kCertificateHold, kT2)},
       {entry(kRemoveFromCrl, kT3)},
       Kind::Good},
      {"at the same time the base counts",
       {entry(kCertificateHold)},
       {entry(kRemoveFromCrl)},
       Kind::Revoked},
      {"the same, the other way", {entry(kRemoveFromCrl)}, {entry(kCertificateHold)}, Kind::Good},
      {"hold of another", {entry(kRemoveFromCrl, kT1)}, {other_hold}, Kind::Good},
      {"released, but revoked for good",
       {entry(kKeyCompromise, kT1)},
       {entry(kRemoveFromCrl, kT3)},
       Kind::Revoked},
      {"revoked for good before the hold was released",
       {entry(kCertificateHold, kT1), entry({}, kT2)},
       {entry(kRemoveFromCrl, kT3)},
       Kind::Revoked},
      {"revoked in the delta", {}, {entry(kKeyCompromise)}, Kind::Revoked},
      {"unknown reason", {entry(99)}, {}, Kind::Revoked},
  };
  for (const EntriesRow& row : rows) {
    const Crl base = open({.entries = row.base});
    const Crl delta = open({.entries = row.delta, .number = 2, .delta_base = 1});
    const auto status = status_in(base, &delta, leaf());
    ASSERT_TRUE(status) << row.name << ": " << status.error().detail;
    EXPECT_EQ(status->kind, row.kind) << row.name;
    if (row.delta.empty()) {
      EXPECT_EQ(status_in(base, nullptr, leaf())->kind, row.kind) << row.name;
    }
  }
}

TEST(CrlStatus, InvalidityDateIsTheEarliestOfAllThatRevoke) {
  struct Row {
    std::string_view name;
    std::vector<CrlEntrySpec> entries;
    std::optional<Time> since;
  };
  const Row rows[] = {
      {"one", {entry(kKeyCompromise, kT3, kT2)}, kT2},
      {"two", {entry(kKeyCompromise, kT3, kT2), entry({}, kT3, kT1)}, kT1},
      {"two, the other way", {entry({}, kT3, kT1), entry(kKeyCompromise, kT3, kT2)}, kT1},
      {"one of two without", {entry({}, kT3, kT1), entry({}, kT3)}, {}},
      {"hold", {entry(kCertificateHold, kT3, kT2)}, kT2},
      {"a hold that does not count is not asked",
       {entry(kCertificateHold, kT1), entry(kRemoveFromCrl, kT2), entry({}, kT3, kT2)},
       kT2},
  };
  for (const Row& row : rows) {
    const auto status = status_in(open({.entries = row.entries}), nullptr, leaf());
    ASSERT_TRUE(status) << row.name;
    EXPECT_EQ(status->kind, Kind::Revoked) << row.name;
    EXPECT_EQ(status->since, row.since) << row.name;
  }
}

TEST(CrlStatus, IsFreshAsLongAsBothListsAre) {
  const Crl base = open({.next_update = kNow + 48h});
  const Crl sooner = open({.next_update = kNow + 1h, .number = 2, .delta_base = 1});
  const Crl later = open({.next_update = kNow + 96h, .number = 2, .delta_base = 1});
  EXPECT_EQ(status_in(base, &sooner, leaf())->fresh_until, kNow + 1h);
  EXPECT_EQ(status_in(base, &later, leaf())->fresh_until, kNow + 48h);
}

// flags of an issuing distribution point; name: [0] { [0] { [6] url } }
ByteVector scope_of(const std::vector<ByteVector>& fields) { return der_sequence(fields); }
ByteVector flag(int number) { return der_element(0x80 | number, {0xff}); }
ByteVector issued_for(std::string_view url) {
  return der_element(0xa0, der_element(0xa0, der_text(0x86, url)));
}

TEST(CrlStatus, IsUnknownOutsideOfTheListsScope) {
  struct Row {
    std::string_view name;
    ByteVector scope;
    bool leaf, ca;
  };
  const Row rows[] = {
      {"everything", scope_of({}), true, true},
      {"users", scope_of({flag(1)}), true, false},
      {"CAs", scope_of({flag(2)}), false, true},
      {"users and CAs", scope_of({flag(1), flag(2)}), false, false},
      {"reasons", scope_of({der_element(0x83, {0x05, 0x60})}), false, false},
      {"its own distribution point", scope_of({issued_for(kLeafList)}), true, false},
      {"another distribution point", scope_of({issued_for("http://crl.example/9.crl")}), false,
       false},
      {"a distribution point without address",
       scope_of({der_element(0xa0, der_element(0xa1, der_sequence({})))}), false, false},
  };
  const Signer below = pki().ca.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Acme Sub CA"));
  for (const Row& row : rows) {
    const Crl crl = open({.scope = row.scope});
    const auto of_leaf = status_in(crl, nullptr, leaf());
    EXPECT_EQ(of_leaf.has_value(), row.leaf) << row.name;
    EXPECT_EQ(status_in(crl, nullptr, below.certificate()).has_value(), row.ca) << row.name;
    if (!of_leaf) {
      EXPECT_EQ(of_leaf.error().reason, Reason::RevocationUnknown) << row.name;
    }
  }
}

struct UnknownRow {
  std::string_view name;
  CrlSpec spec;
};

// What a list says of the leaf, from the bytes on.
Result<RevocationStatus> judge(const CrlSpec& spec) {
  TRY(const Crl crl, Crl::open(make_crl(spec, pki().ca), pki().ca.certificate()));
  TRY_VOID(check_time(crl, kNow));
  return status_in(crl, nullptr, leaf());
}

// NV-R14
TEST(CrlStatus, IsUnknownWhereTheListIsNotUnderstoodOrPartial) {
  const RawExtension unknown{kUnknownExtension, Criticality::Critical, {0x05, 0x00}};
  CrlEntrySpec entry_with_unknown = entry({});
  entry_with_unknown.more_extensions = {unknown};
  const UnknownRow rows[] = {
      {"critical extension", {.more_extensions = {unknown}}},
      {"critical extension of the entry", {.entries = {entry_with_unknown}}},
      {"CAs only", {.scope = scope_of({flag(2)})}},
      {"users and CAs only", {.scope = scope_of({flag(1), flag(2)})}},
      {"some reasons", {.scope = scope_of({der_element(0x83, {0x05, 0x60})})}},
      {"indirect", {.scope = scope_of({flag(4)})}},
      {"attribute certificates", {.scope = scope_of({flag(5)})}},
      {"another distribution point", {.scope = scope_of({issued_for("http://a/b")})}},
  };
  EXPECT_EQ(judge({})->kind, Kind::Good);
  for (const UnknownRow& row : rows) {
    const auto status = judge(row.spec);
    ASSERT_FALSE(status) << row.name;
    EXPECT_EQ(status.error().reason, Reason::RevocationUnknown) << row.name;
  }
}

TEST(CrlStatus, IsUnknownForAnothersCertificate) {
  EXPECT_FALSE(status_in(open({}, pki().root), nullptr, leaf()));
  EXPECT_TRUE(status_in(open({}, pki().root), nullptr, pki().ca.certificate()));
}

TEST(CrlStatus, IsUnknownWhenTheEntryIsMalformed) {
  CrlEntrySpec bad = entry({});
  bad.more_extensions = {{"2.5.29.24", Criticality::NotCritical, {0x05, 0x00}}};
  const auto status = status_in(open({.entries = {bad}}), nullptr, leaf());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().reason, Reason::RevocationUnknown);
  const Crl delta = open({.entries = {bad}, .number = 2, .delta_base = 1});
  EXPECT_FALSE(status_in(open({}), &delta, leaf()));
}

}  // namespace
}  // namespace countersign::x509
