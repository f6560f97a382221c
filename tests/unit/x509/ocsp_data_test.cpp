// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_data.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using Kind = RevocationStatus::Kind;

constexpr Time kFirst = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
constexpr Time kThen = std::chrono::sys_days{std::chrono::year{2025} / 2 / 1};

ByteVector name() { return der_element(0xa1, der_sequence({})); }
ByteVector time() { return der_generalized_time(kFirst); }
ByteVector id() { return der_sequence({der_integer(5)}); }
ByteVector good() { return der_element(0x80, {}); }
ByteVector next(const ByteVector& inside) { return der_element(0xa0, inside); }
ByteVector extensions(const ByteVector& list) { return der_element(0xa1, list); }
ByteVector extension(const char* type, const ByteVector& value, const ByteVector& critical = {}) {
  return der_sequence({der_oid(type), critical, der_octets(value)});
}
ByteVector nonce() { return extension("1.3.6.1.5.5.7.48.1.2", der_octets({1, 2, 3})); }
ByteVector date() { return extension("2.5.29.24", der_generalized_time(kThen)); }

ByteVector with_single(const std::vector<ByteVector>& fields) {
  return der_concat({name(), time(), der_sequence({der_sequence(fields)})});
}

TEST(OcspData, IsRead) {
  const ByteVector content = der_concat(
      {der_element(0xa2, der_octets(ByteVector(20))), time(),
       der_sequence({der_sequence({id(), good(), time(), next(der_generalized_time(kThen))}),
                     der_sequence({id(), der_element(0x82, {}), time()})}),
       extensions(der_sequence({nonce()}))});
  const auto data = read_ocsp_data(content);
  ASSERT_TRUE(data) << data.error().detail;
  EXPECT_EQ(data->responder.tag, der::constructed(2));
  EXPECT_EQ(data->produced, kFirst);
  ASSERT_EQ(data->singles.size(), 2U);
  EXPECT_EQ(data->singles[0].kind, Kind::Good);
  EXPECT_EQ(data->singles[0].this_update, kFirst);
  EXPECT_EQ(data->singles[0].next_update, kThen);
  EXPECT_EQ(as_text(data->singles[0].id), as_text(der_integer(5)));
  EXPECT_EQ(data->singles[1].kind, Kind::Unknown);
  EXPECT_EQ(data->singles[1].next_update, std::nullopt);
}

ByteVector revoked_info(const std::vector<ByteVector>& fields) {
  return der_element(0xa1, der_concat(fields));
}

TEST(OcspData, SaysWhenAndWhyRevoked) {
  const ByteVector reason = next(der_integer(1, 0x0a));
  const ByteVector full = with_single({id(), revoked_info({der_generalized_time(kThen), reason}),
                                       time(), extensions(der_sequence({date()}))});
  const auto data = read_ocsp_data(full);
  ASSERT_TRUE(data && data->singles.size() == 1);
  EXPECT_EQ(data->singles[0].kind, Kind::Revoked);
  EXPECT_EQ(data->singles[0].revoked, kThen);
  EXPECT_EQ(data->singles[0].reason, RevocationReason::KeyCompromise);
  EXPECT_EQ(data->singles[0].invalid_since, kThen);
  const ByteVector bare = with_single({id(), revoked_info({time()}), time()});
  const auto plain = read_ocsp_data(bare);
  ASSERT_TRUE(plain && plain->singles.size() == 1);
  EXPECT_EQ(plain->singles[0].kind, Kind::Revoked);
  EXPECT_EQ(plain->singles[0].reason, RevocationReason::Unspecified);
  EXPECT_EQ(plain->singles[0].invalid_since, std::nullopt);
}

struct Row {
  std::string_view name;
  ByteVector content;
};

void expect_refused(std::span<const Row> rows) {
  for (const Row& row : rows) {
    const auto data = read_ocsp_data(row.content);
    ASSERT_FALSE(data) << row.name;
    EXPECT_EQ(data.error().reason, Reason::RevocationUnknown) << row.name;
  }
}

TEST(OcspData, RefusesOthersFrames) {
  const ByteVector none = der_sequence({});
  EXPECT_TRUE(read_ocsp_data(der_concat({name(), time(), none})));
  EXPECT_TRUE(read_ocsp_data(der_concat({next(der_integer(0)), name(), time(), none})));
  const Row rows[] = {
      {"nothing", {}},
      {"version 2", der_concat({next(der_integer(1)), name(), time(), none})},
      {"version empty", der_concat({next({}), name(), time(), none})},
      {"no responder", der_concat({time(), none})},
      {"responder of no choice", der_concat({der_element(0xa3, {}), time(), none})},
      {"no time", der_concat({name(), none})},
      {"UTCTime", der_concat({name(), der_time(kFirst), none})},
      {"fraction of a second", der_concat({name(), der_text(0x18, "20250101000000.5Z"), none})},
      {"no answers", der_concat({name(), time()})},
      {"answer that is none", der_concat({name(), time(), der_sequence({der_integer(1)})})},
      {"extensions empty", der_concat({name(), time(), none, extensions({})})},
      {"extensions malformed",
       der_concat({name(), time(), none, extensions(der_sequence({der_integer(1)}))})},
      {"critical extension",
       der_concat(
           {name(), time(), none,
            extensions(der_sequence({extension("1.3.6.1.4.1.55555.1", {1}, der_boolean(true))}))})},
      {"something behind", der_concat({name(), time(), none, none})},
  };
  expect_refused(rows);
}

TEST(OcspData, RefusesMalformedAnswers) {
  EXPECT_TRUE(read_ocsp_data(with_single({id(), good(), time()})));
  const auto with = [](const ByteVector& list) {
    return with_single({id(), good(), time(), extensions(der_sequence({list}))});
  };
  const ByteVector in_sequence = der_sequence({time()});
  const Row rows[] = {
      {"empty", with_single({})},
      {"no id", with_single({good(), time()})},
      {"no status", with_single({id(), time()})},
      {"good that says something", with_single({id(), der_element(0x80, {0x00}), time()})},
      {"unknown that says something", with_single({id(), der_element(0x82, {0x00}), time()})},
      {"status of no choice", with_single({id(), der_element(0x83, {}), time()})},
      {"revoked without a time", with_single({id(), revoked_info({}), time()})},
      {"reason as INTEGER",
       with_single({id(), revoked_info({time(), next(der_integer(1))}), time()})},
      {"something behind the reason",
       with_single({id(), revoked_info({time(), next(der_integer(1, 0x0a)), time()}), time()})},
      {"no thisUpdate", with_single({id(), good()})},
      {"nextUpdate empty", with_single({id(), good(), time(), next({})})},
      {"two nextUpdates", with_single({id(), good(), time(), next(der_concat({time(), time()}))})},
      {"nextUpdate in a SEQUENCE", with_single({id(), good(), time(), next(in_sequence)})},
      {"something behind", with_single({id(), good(), time(), time()})},
      {"critical extension", with(extension("1.3.6.1.4.1.55555.1", {1}, der_boolean(true)))},
      {"invalidity date malformed", with(extension("2.5.29.24", der_time(kThen)))},
      {"invalidity date with bytes behind",
       with(extension("2.5.29.24", der_concat({der_generalized_time(kThen), {0x00}})))},
      {"invalidity date twice", with(der_concat({date(), date()}))},
  };
  expect_refused(rows);
}

}  // namespace
}  // namespace countersign::x509
