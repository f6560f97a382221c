// SPDX-License-Identifier: Apache-2.0
#include "x509/tst_info.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/der_writer.h"
#include "support/timestamp_maker.h"

namespace countersign::x509 {
namespace {

using std::chrono::seconds;
using test::accuracy;
using test::der_element;
using test::der_integer;
using test::der_octets;
using test::der_oid;
using test::der_sequence;
using test::SignatureHash;
using test::TstInfoParts;

constexpr std::string_view kText = "a signature";
constexpr Time kStamped = test::kStampedAt;

using Change = std::function<void(TstInfoParts&)>;
struct Row {
  std::string_view name;
  Change change;
};

TstInfoParts parts() { return test::tst_info(as_bytes(kText)); }

void expect_refusals(const std::vector<Row>& rows) {
  for (const auto& [name, change] : rows) {
    auto changed = parts();
    change(changed);
    const auto content = changed.write();
    const auto info = read_tst_info(content);
    ASSERT_FALSE(info) << name;
    EXPECT_EQ(info.error().reason, Reason::TimestampInvalid) << name;
  }
}

void expect_successes(const std::vector<Row>& rows) {
  for (const auto& [name, change] : rows) {
    auto changed = parts();
    change(changed);
    const auto content = changed.write();
    const auto info = read_tst_info(content);
    EXPECT_TRUE(info) << name << ": " << info.error().detail;
  }
}

TEST(TstInfo, ReadsWhatWasStamped) {
  for (const auto& [made, read] :
       {std::pair(SignatureHash::Sha256, crypto::HashAlgorithm::Sha256),
        std::pair(SignatureHash::Sha384, crypto::HashAlgorithm::Sha384),
        std::pair(SignatureHash::Sha512, crypto::HashAlgorithm::Sha512)}) {
    const auto content = test::tst_info(as_bytes(kText), made).write();
    const auto info = read_tst_info(content);
    ASSERT_TRUE(info) << info.error().detail;
    EXPECT_EQ(info->hash, read);
    EXPECT_TRUE(std::ranges::equal(info->imprint, crypto::hash(read, as_bytes(kText))));
    EXPECT_TRUE(std::ranges::equal(info->serial, ByteVector{0x12, 0x67}));
    EXPECT_EQ(info->generated_after(), kStamped);
    EXPECT_EQ(info->generated_before(), kStamped);
    EXPECT_EQ(info->earliest(), kStamped);
    EXPECT_EQ(info->latest(), kStamped);
  }
}

TEST(TstInfo, RefusesOtherVersionsAndWhatItCantParse) {  // NV-T06
  expect_refusals({
      {"version 2", [](auto& p) { p.version = der_integer(2); }},
      {"no version", [](auto& p) { p.version = {}; }},
      {"no policy", [](auto& p) { p.policy = {}; }},
      {"no imprint", [](auto& p) { p.imprint = {}; }},
      {"no serial", [](auto& p) { p.serial = {}; }},
      {"no time", [](auto& p) { p.time = {}; }},
      {"unknown member", [](auto& p) { p.extensions = der_element(0xa2, {}); }},
      {"wrong order", [](auto& p) { std::swap(p.policy, p.serial); }},
      {"boolean that is not DER", [](auto& p) { p.ordering = der_element(0x01, {1}); }},
  });
  for (const ByteVector& content :
       {ByteVector{}, ByteVector{0x30}, ByteVector{'n', 'o'}, der_sequence({}), der_octets({1}),
        test::der_concat({parts().write(), {0}})}) {
    EXPECT_FALSE(read_tst_info(content));
  }
}

TEST(TstInfo, RefusesImprintsThatAreNotOfSha2) {  // NV-T08
  const auto imprint = [](const ByteVector& algorithm, std::size_t size) {
    return [=](TstInfoParts& p) {
      p.imprint = der_sequence({algorithm, der_octets(ByteVector(size, 7))});
    };
  };
  const auto sha256 = test::hash_algorithm(SignatureHash::Sha256);
  expect_refusals({
      {"SHA-1", imprint(test::hash_algorithm(SignatureHash::Sha1), 20)},
      {"MD5", imprint(test::hash_algorithm(SignatureHash::Md5), 16)},
      {"SHA-224", imprint(der_sequence({der_oid("2.16.840.1.101.3.4.2.4")}), 28)},
      {"unknown", imprint(der_sequence({der_oid("1.2.3.4")}), 32)},
      {"no algorithm", imprint({}, 32)},
      {"one byte short", imprint(sha256, 31)},
      {"one byte long", imprint(sha256, 33)},
      {"empty", imprint(sha256, 0)},
      {"no value", [&](auto& p) { p.imprint = der_sequence({sha256}); }},
      {"more behind it",
       [&](auto& p) {
         p.imprint = der_sequence({sha256, der_octets(ByteVector(32)), der_integer(1)});
       }},
  });
}

TEST(TstInfo, WidensFractionsToWholeSeconds) {
  struct Fraction {
    std::string_view time;
    int after, before;
  };
  for (const auto& [time, after, before] :
       {Fraction{"20260528120000Z", 0, 0}, Fraction{"20260528120000.5Z", 0, 1},
        Fraction{"20260528120000.000000001Z", 0, 1}, Fraction{"20260528120000.999999999Z", 0, 1}}) {
    auto changed = parts();
    changed.time = test::der_text(0x18, time);
    changed.accuracy = accuracy(2);
    const auto content = changed.write();
    const auto info = read_tst_info(content);
    ASSERT_TRUE(info) << time << ": " << info.error().detail;
    EXPECT_EQ(info->generated_after(), kStamped + seconds(after)) << time;
    EXPECT_EQ(info->generated_before(), kStamped + seconds(before)) << time;
    EXPECT_EQ(info->earliest(), kStamped + seconds(after - 2)) << time;
    EXPECT_EQ(info->latest(), kStamped + seconds(before + 2)) << time;
  }
}

std::vector<Row> malformed_times() {
  std::vector<Row> rows;
  for (const std::string_view time :
       {"20260528120000", "20260528120000+0000", "20260528140000+0200", "20260528120000.Z",
        "20260528120000.0Z", "20260528120000.50Z", "20260528120000.5", "20260528120000.5+0000",
        "20260528120000,5Z", "20260528120000.0000000001Z", "20260528120000.5xZ", "202605281200Z",
        "20260528120000.5.5Z", "20260230120000Z", "20260528240000Z", "20260528120060Z", ".5Z",
        ""}) {
    rows.push_back({time, [time](auto& p) { p.time = test::der_text(0x18, time); }});
  }
  rows.push_back({"UTCTime", [](auto& p) { p.time = test::der_text(0x17, "260528120000Z"); }});
  return rows;
}

std::vector<Row> bad_accuracies() {
  const auto of = [](const ByteVector& value) {
    return [value](TstInfoParts& p) { p.accuracy = value; };
  };
  return {
      {"negative", of(accuracy(-1))},
      {"more than a day", of(accuracy(86'401))},
      {"huge", of(der_sequence({der_element(0x02, {0x7f, 0, 0, 0, 0, 0, 0, 0, 0})}))},
      {"no millisecond", of(accuracy({}, 0))},
      {"negative milliseconds", of(accuracy(1, -1))},
      {"1000 milliseconds", of(accuracy(1, 1'000))},
      {"no microsecond", of(accuracy({}, {}, 0))},
      {"1000 microseconds", of(accuracy(1, 1, 1'000))},
      {"negative microseconds", of(accuracy(1, 1, -5))},
      {"padded milliseconds", of(der_sequence({der_element(0x80, {0, 5})}))},
      {"empty milliseconds", of(der_sequence({der_element(0x80, {})}))},
      {"unknown part", of(der_sequence({der_element(0x82, {1})}))},
      {"wrong order", of(der_sequence({der_integer(5, 0x81), der_integer(5, 0x80)}))},
  };
}

TEST(TstInfo, RefusesTimesAndAccuraciesOutOfTheirForm) {  // NV-T19
  expect_refusals(malformed_times());
  expect_refusals(bad_accuracies());
  expect_successes(
      {{"fraction", [](auto& p) { p.time = test::der_text(0x18, "20260528120000.125Z"); }}});
}

TEST(TstInfo, TakesTheAccuracyFromItsPartsOrThePolicy) {
  struct Accuracy {
    std::string_view name;
    ByteVector parts;
    std::string_view policy;
    int seconds;  // rounded up
  };
  const std::vector<Accuracy> rows{
      {"none", {}, "1.2.3", 0},
      {"empty", accuracy({}), "1.2.3", 0},
      {"a day", accuracy(86'400), "1.2.3", 86'400},
      {"milliseconds", accuracy({}, 999), "1.2.3", 1},
      {"microseconds", accuracy({}, {}, 1), "1.2.3", 1},
      {"all", accuracy(1, 999, 999), "1.2.3", 2},
      {"baseline policy", {}, test::kBaselinePolicy, 1},
      {"baseline policy, empty", accuracy({}), test::kBaselinePolicy, 1},
      {"baseline policy, zero", accuracy(0), test::kBaselinePolicy, 1},
      {"baseline policy, stated", accuracy(5), test::kBaselinePolicy, 5},
  };
  for (const auto& row : rows) {
    auto changed = parts();
    changed.accuracy = row.parts;
    changed.policy = der_oid(row.policy);
    const auto content = changed.write();
    const auto info = read_tst_info(content);
    ASSERT_TRUE(info) << row.name << ": " << info.error().detail;
    EXPECT_EQ(info->earliest(), kStamped - seconds(row.seconds)) << row.name;
    EXPECT_EQ(info->latest(), kStamped + seconds(row.seconds)) << row.name;
  }
}

TEST(TstInfo, IgnoresWhatMeansNothingToIt) {
  expect_successes({
      {"ordering", [](auto& p) { p.ordering = test::der_boolean(true); }},
      {"nonce", [](auto& p) { p.nonce = der_integer(-5); }},
      {"authority", [](auto& p) { p.authority = der_element(0xa0, der_element(0x82, {'a'})); }},
      {"extension",
       [](auto& p) {
         p.extensions = der_element(0xa1, der_sequence({der_oid("1.2.3"), der_octets({})}));
       }},
      {"extension that says not to be critical",
       [](auto& p) {
         p.extensions = der_element(
             0xa1, der_sequence({der_oid("1.2.3"), test::der_boolean(false), der_octets({})}));
       }},
  });
}

TEST(TstInfo, RefusesExtensionsThatAreCriticalOrMalformed) {
  const auto extension = [](const std::vector<ByteVector>& fields) {
    return [fields](TstInfoParts& p) { p.extensions = der_element(0xa1, der_sequence(fields)); };
  };
  expect_refusals({
      {"critical", extension({der_oid("1.2.3"), test::der_boolean(true), der_octets({})})},
      {"no type", extension({der_octets({})})},
      {"no value", extension({der_oid("1.2.3")})},
      {"more behind it", extension({der_oid("1.2.3"), der_octets({}), der_octets({})})},
      {"no sequence", [](auto& p) { p.extensions = der_element(0xa1, der_oid("1.2.3")); }},
  });
}

}  // namespace
}  // namespace countersign::x509
