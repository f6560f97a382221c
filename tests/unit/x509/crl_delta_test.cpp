// SPDX-License-Identifier: Apache-2.0
#include <chrono>
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
using enum Criticality;

Result<Crl> read(const CrlSpec& spec, const Signer& issuer = pki().ca) {
  TRY(Crl crl, Crl::open(make_crl(spec, issuer), pki().ca.certificate()));
  TRY_VOID(check_time(crl, kNow));
  return crl;
}

// What base and delta say of the leaf, from the bytes on.
Result<RevocationStatus> judge(const Result<Crl>& base, const Result<Crl>& delta) {
  if (!base || !delta) {
    return std::unexpected(base ? delta.error() : base.error());
  }
  auto status = status_in(*base, &*delta, pki().leaf.certificate());
  EXPECT_EQ(status.has_value(), check_delta(*base, *delta).has_value());
  return status;
}

ByteVector scope_of(int flag) { return der_sequence({der_element(0x80 | flag, {0xff})}); }

struct Row {
  std::string_view name;
  CrlSpec base, delta;
};

TEST(CrlDelta, BelongsToItsBase) {
  const Row rows[] = {
      {"next", {.number = 1}, {.number = 2, .delta_base = 1}},
      {"of an older base", {.number = 5}, {.number = 9, .delta_base = 3}},
      {"of another size", {.number = 255}, {.number = 256, .delta_base = 255}},
      {"same scope", {.scope = scope_of(1)}, {.number = 2, .delta_base = 1, .scope = scope_of(1)}},
  };
  for (const Row& row : rows) {
    const auto status = judge(read(row.base), read(row.delta));
    ASSERT_TRUE(status) << row.name << ": " << status.error().detail;
    EXPECT_EQ(status->kind, RevocationStatus::Kind::Good) << row.name;
  }
}

void expect_unknown(std::string_view name, const Result<RevocationStatus>& status) {
  ASSERT_FALSE(status) << name;
  EXPECT_EQ(status.error().reason, Reason::RevocationUnknown) << name;
}

// NV-R16, REV-05
TEST(CrlDelta, IsUnknownWhenAnythingIsWrong) {
  const CrlSpec good{.number = 2, .delta_base = 1};
  const RawExtension unknown{kUnknownExtension, Critical, {0x05, 0x00}};
  const RawExtension malformed{"2.5.29.27", Critical, {0x02, 0x00}};
  const RawExtension no_addresses{"2.5.29.46", NotCritical, {0x30, 0x00}};
  const RawExtension bad_address{"2.5.29.46", NotCritical, {0x30, 0x03, 0x30, 0x01, 0x00}};
  const Row rows[] = {
      {"same number", {.number = 2}, good},
      {"older number", {.number = 3}, good},
      {"of a newer base", {.number = 1}, {.number = 3, .delta_base = 2}},
      {"no indicator", {.number = 1}, {.number = 2}},
      {"malformed indicator", {}, {.number = 2, .more_extensions = {malformed}}},
      {"base without number", {.number = {}}, good},
      {"without number", {}, {.number = {}, .delta_base = 1}},
      {"negative indicator", {}, {.number = 2, .delta_base = -1}},
      {"delta as base", {.number = 1, .delta_base = 0}, good},
      {"other scope", {}, {.number = 2, .delta_base = 1, .scope = scope_of(1)}},
      {"no scope", {.scope = scope_of(1)}, good},
      {"indirect", {}, {.number = 2, .delta_base = 1, .scope = scope_of(4)}},
      {"critical extension", {}, {.number = 2, .delta_base = 1, .more_extensions = {unknown}}},
      {"expired", {}, {.next_update = kNow - 1s, .number = 2, .delta_base = 1}},
      {"from the future", {}, {.this_update = kNow + 1h, .number = 2, .delta_base = 1}},
      {"no addresses", {.more_extensions = {no_addresses}}, good},
      {"malformed address", {.more_extensions = {bad_address}}, good},
  };
  ASSERT_TRUE(judge(read({}), read(good)));
  for (const Row& row : rows) {
    expect_unknown(row.name, judge(read(row.base), read(row.delta)));
  }
  expect_unknown("badly signed", judge(read({}), read(good, pki().other_ca)));
}

TEST(CrlDelta, IsOfTheSameIssuer) {
  const auto base = Crl::open(make_crl({}, pki().root), pki().root.certificate());
  ASSERT_TRUE(base);
  EXPECT_FALSE(check_delta(*base, *read({.number = 2, .delta_base = 1})));
}

}  // namespace
}  // namespace countersign::x509
