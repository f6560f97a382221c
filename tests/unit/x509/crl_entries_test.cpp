// SPDX-License-Identifier: Apache-2.0
#include "x509/crl_entries.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/der_writer.h"
#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

constexpr const char* kReasonCode = "2.5.29.21";
constexpr const char* kInvalidityDate = "2.5.29.24";
constexpr Time kRevoked = std::chrono::sys_days{std::chrono::year{2024} / 6 / 1};
constexpr Time kInvalid = std::chrono::sys_days{std::chrono::year{2023} / 2 / 3};

ByteVector extension(const char* type, const ByteVector& value, bool critical = false) {
  return der_sequence(
      {der_oid(type), critical ? der_boolean(true) : ByteVector{}, der_octets(value)});
}

ByteVector entry(std::int64_t serial, const std::vector<ByteVector>& extensions = {},
                 Time revoked = kRevoked) {
  return der_sequence({der_integer(serial), der_time(revoked),
                       extensions.empty() ? ByteVector{} : der_sequence(extensions)});
}

ByteVector reason(int number) { return extension(kReasonCode, der_integer(number, 0x0a)); }

// The entries that a list has for the serial number 5; nullopt when the list or an entry is
// refused.
std::optional<std::vector<CrlEntry>> find(const ByteVector& list, ByteVector serial = {5}) {
  const auto entries = CrlEntries::read(list);
  if (!entries) {
    EXPECT_EQ(entries.error().reason, Reason::RevocationUnknown);
    return std::nullopt;
  }
  auto found = entries->find(serial);
  if (!found) {
    EXPECT_EQ(found.error().reason, Reason::RevocationUnknown);
    return std::nullopt;
  }
  return *std::move(found);
}

TEST(CrlEntries, AreFoundByTheirWholeSerialNumber) {
  const ByteVector list = der_concat({entry(300), entry(5), entry(-5), entry(1280)});
  EXPECT_EQ(find(list)->size(), 1U);
  EXPECT_EQ(find(list, {0x01, 0x2c})->size(), 1U);
  EXPECT_EQ(find(list, {0xfb})->size(), 1U);
  EXPECT_EQ(find(list, {0x05, 0x00})->size(), 1U);
  EXPECT_TRUE(find(list, {0x06})->empty());
  EXPECT_TRUE(find(list, {})->empty());
  EXPECT_TRUE(find({})->empty());
}

TEST(CrlEntries, AreFoundInTheOrderOfTheList) {
  const auto found = find(der_concat(
      {entry(5, {reason(6)}), entry(4), entry(5, {reason(8)}), entry(5, {reason(1)}), entry(6)}));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].reason, RevocationReason::CertificateHold);
  EXPECT_EQ((*found)[1].reason, RevocationReason::RemoveFromCrl);
  EXPECT_EQ((*found)[2].reason, RevocationReason::KeyCompromise);
}

TEST(CrlEntries, SayWhenAndWhy) {
  const auto found = find(entry(5, {extension("1.3.6.1.4.1.55555.1", {1}), reason(4),
                                    extension(kInvalidityDate, der_generalized_time(kInvalid))}));
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(found->front().revoked, kRevoked);
  EXPECT_EQ(found->front().reason, RevocationReason::Superseded);
  EXPECT_EQ(found->front().invalid_since, kInvalid);
  const auto plain = find(entry(5));
  ASSERT_TRUE(plain && plain->size() == 1);
  EXPECT_EQ(plain->front().reason, RevocationReason::Unspecified);
  EXPECT_EQ(plain->front().invalid_since, std::nullopt);
}

struct BadRow {
  std::string_view name;
  ByteVector list;
};

TEST(CrlEntries, AreWellFormedEachAndEveryOne) {
  const ByteVector date = der_time(kRevoked);
  const BadRow rows[] = {
      {"not a SEQUENCE", der_integer(5)},
      {"empty", der_sequence({})},
      {"no date", der_sequence({der_integer(9)})},
      {"date malformed", der_sequence({der_integer(9), der_text(0x17, "now")})},
      {"date first", der_sequence({date, der_integer(9)})},
      {"something behind", der_sequence({der_integer(9), date, der_sequence({}), date})},
      {"extension malformed", der_sequence({der_integer(9), date, der_sequence({date})})},
      {"cut short", {0x30, 0x05, 0x02}},
      {"critical extension", entry(9, {extension("1.3.6.1.4.1.55555.1", {1}, true)})},
      {"critical reason", entry(9, {extension(kReasonCode, der_integer(1, 0x0a), true)})},
      {"certificate issuer", entry(9, {extension("2.5.29.29", der_sequence({}), true)})},
  };
  for (const BadRow& row : rows) {
    EXPECT_FALSE(CrlEntries::read(row.list)) << row.name;
    EXPECT_FALSE(CrlEntries::read(der_concat({entry(5), row.list}))) << row.name;
  }
}

// NV-R18, and the like for reasons. Only who asks about the certificate is hurt.
TEST(CrlEntries, DoNotSayAnythingMalformed) {
  const ByteVector date = extension(kInvalidityDate, der_generalized_time(kInvalid));
  const BadRow rows[] = {
      {"invalidity date with bytes behind",
       extension(kInvalidityDate, der_concat({der_generalized_time(kInvalid), {0x05, 0x00}}))},
      {"invalidity date as UTCTime", extension(kInvalidityDate, der_time(kInvalid))},
      {"invalidity date with a fraction",
       extension(kInvalidityDate, der_text(0x18, "20230203000000.5Z"))},
      {"invalidity date without zone",
       extension(kInvalidityDate, der_text(0x18, "20230203000000"))},
      {"invalidity date empty", extension(kInvalidityDate, {})},
      {"invalidity date twice", der_concat({date, date})},
      {"reason twice", der_concat({reason(1), reason(1)})},
      {"reason as INTEGER", extension(kReasonCode, der_integer(1))},
      {"reason with bytes behind",
       extension(kReasonCode, der_concat({der_integer(1, 0x0a), {0x05, 0x00}}))},
      {"reason not minimal", extension(kReasonCode, {0x0a, 0x02, 0x00, 0x01})},
  };
  for (const BadRow& row : rows) {
    EXPECT_FALSE(find(entry(5, {row.list}))) << row.name;
    const auto other = find(der_concat({entry(9, {row.list}), entry(5)}));
    EXPECT_TRUE(other && other->size() == 1) << row.name;
  }
}

// REV-06: the smallest entry has 20 bytes, so that a list within its limit of bytes may still have
// too many. A million are over the limit of bytes, which `Crl::open` looks at first.
TEST(CrlEntries, AreNotMoreThanTheLimit) {
  const ByteVector smallest = entry(5);
  ASSERT_EQ(smallest.size(), 20U);
  ASSERT_GT(1'000'000 * smallest.size(), limits::kCrlBytes);
  ByteVector list;
  list.reserve((limits::kCrlEntries + 1) * smallest.size());
  for (std::size_t i = 0; i < limits::kCrlEntries; ++i) {
    list.insert(list.end(), smallest.begin(), smallest.end());
  }
  const auto entries = CrlEntries::read(list);
  ASSERT_TRUE(entries);
  EXPECT_GE(entries->index_bytes(), limits::kCrlEntries * 8);
  list.insert(list.end(), smallest.begin(), smallest.end());
  EXPECT_LT(list.size(), limits::kCrlBytes);
  EXPECT_FALSE(CrlEntries::read(list));
}

}  // namespace
}  // namespace countersign::x509
