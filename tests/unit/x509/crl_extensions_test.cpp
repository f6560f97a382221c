// SPDX-License-Identifier: Apache-2.0
#include "x509/crl_extensions.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/der_writer.h"
#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

constexpr const char* kNumber = "2.5.29.20";
constexpr const char* kDelta = "2.5.29.27";
constexpr const char* kScope = "2.5.29.28";
constexpr const char* kFreshest = "2.5.29.46";

enum class Mark : std::uint8_t { Plain, Critical };

ByteVector extension(const char* type, const ByteVector& value, Mark mark = Mark::Plain) {
  return der_sequence({der_oid(type), mark == Mark::Critical ? der_boolean(true) : ByteVector{},
                       der_octets(value)});
}

ByteVector uri(std::string_view url) { return der_text(0x86, url); }
ByteVector full_name(const std::vector<ByteVector>& names) {  // [0] { [0] { names } }
  return der_element(0xa0, der_element(0xa0, der_concat(names)));
}
ByteVector flag(int number, std::uint8_t value = 0xff) {
  return der_element(0x80 | number, {value});
}

TEST(CrlExtensions, AreReadOrLetPass) {
  const ByteVector list = der_concat({
      extension(kNumber, der_integer(7)), extension(kDelta, der_integer(3), Mark::Critical),
      extension(kScope, der_sequence({full_name({uri("http://a/x")}), flag(1)}), Mark::Critical),
      extension(kFreshest, der_sequence({der_sequence({full_name({uri("http://d/y")})})})),
      extension("2.5.29.35", {0x05}),  // the authority key identifier says nothing to us
  });
  const auto read = read_crl_extensions(list);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->number, CrlNumber::read(der_integer(7)));
  EXPECT_EQ(read->delta_base, CrlNumber::read(der_integer(3)));
  ASSERT_TRUE(read->scope);
  EXPECT_EQ(read->scope->addresses, std::vector<std::string>{"http://a/x"});
  EXPECT_TRUE(read->scope->only_user_certificates);
  EXPECT_FALSE(read->scope->only_ca_certificates || read->scope->only_some_reasons);
  EXPECT_EQ(read->delta_urls, std::vector<std::string>{"http://d/y"});
}

TEST(CrlExtensions, MayBeNone) {
  const auto read = read_crl_extensions({});
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->number || read->delta_base || read->scope);
  EXPECT_TRUE(read->delta_urls.empty());
}

struct Row {
  std::string_view name;
  ByteVector value;
};

TEST(CrlExtensions, AreRefused) {
  const ByteVector number = extension(kNumber, der_integer(1));
  const Row rows[] = {
      {"not a SEQUENCE", der_integer(1)},
      {"unknown and critical", extension("1.3.6.1.4.1.55555.1", {}, Mark::Critical)},
      {"number critical", extension(kNumber, der_integer(1), Mark::Critical)},
      {"addresses critical",
       extension(kFreshest, der_sequence({der_sequence({full_name({uri("http://d/y")})})}),
                 Mark::Critical)},
      {"twice", der_concat({number, number})},
      {"unknown twice",
       der_concat({extension("1.3.6.1.4.1.55555.1", {}), extension("1.3.6.1.4.1.55555.1", {})})},
      {"number negative", extension(kNumber, der_integer(-1))},
      {"number of 21 octets", extension(kNumber, der_element(0x02, ByteVector(21, 0x11)))},
      {"number not an INTEGER", extension(kNumber, der_octets({1}))},
      {"number not minimal", extension(kNumber, {0x02, 0x02, 0x00, 0x01})},
      {"number with bytes behind", extension(kNumber, der_concat({der_integer(1), {0x00}}))},
      {"indicator malformed", extension(kDelta, {0x02, 0x00}, Mark::Critical)},
      {"indicator empty", extension(kDelta, {}, Mark::Critical)},
  };
  for (const Row& row : rows) {
    const auto read = read_crl_extensions(row.value);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().reason, Reason::RevocationUnknown) << row.name;
  }
}

TEST(CrlExtensions, NumbersHaveTwentyOctets) {
  const auto number = [](const ByteVector& content) {
    return CrlNumber::read(der_element(0x02, content));
  };
  const auto largest = number(der_concat({{0x00}, ByteVector(20, 0xff)}));
  ASSERT_TRUE(largest);
  EXPECT_TRUE(number({0x00}) < number({0x01}));
  EXPECT_TRUE(number({0x7f}) < number({0x00, 0x80}));
  EXPECT_TRUE(number({0x00, 0xff}) < number({0x01, 0x00}));
  EXPECT_TRUE(number({0x01, 0x02}) < number({0x01, 0x03}));
  EXPECT_TRUE(number({0x7f, 0xff}) < largest);
  EXPECT_TRUE(number({0x01, 0x02}) == number({0x01, 0x02}));
  EXPECT_FALSE(number({0x01, 0x02}) == number({0x01, 0x03}));
}

struct ScopeRow {
  std::string_view name;
  std::vector<ByteVector> fields;
  bool users, cas, some;
};

TEST(CrlExtensions, ScopeSaysWhatTheListCovers) {
  const ScopeRow rows[] = {
      {"users", {flag(1)}, true, false, false},
      {"CAs", {flag(2)}, false, true, false},
      {"reasons", {der_element(0x83, {0x05, 0x60})}, false, false, true},
      {"users and CAs", {flag(1), flag(2)}, true, true, false},
      {"FALSE written out", {flag(1, 0), flag(2, 0), flag(4, 0), flag(5, 0)}, false, false, false},
      {"nothing", {}, false, false, false},
  };
  for (const ScopeRow& row : rows) {
    const ByteVector value = der_sequence(row.fields);
    const ByteVector list = extension(kScope, value, Mark::Critical);
    const auto read = read_crl_extensions(list);
    ASSERT_TRUE(read && read->scope) << row.name;
    EXPECT_EQ(read->scope->only_user_certificates, row.users) << row.name;
    EXPECT_EQ(read->scope->only_ca_certificates, row.cas) << row.name;
    EXPECT_EQ(read->scope->only_some_reasons, row.some) << row.name;
    EXPECT_EQ(as_text(read->scope->encoded), as_text(value)) << row.name;
    EXPECT_EQ(read->scope->addresses, std::nullopt) << row.name;
  }
}

TEST(CrlExtensions, ScopesThatAreRefused) {
  const Row rows[] = {
      {"indirect", der_sequence({flag(4)})},
      {"attribute certificates", der_sequence({flag(5)})},
      {"not a SEQUENCE", der_integer(1)},
      {"empty value", {}},
      {"flag neither TRUE nor FALSE", der_sequence({flag(1, 1)})},
      {"flag of two octets", der_sequence({der_element(0x81, {0xff, 0xff})})},
      {"flags out of order", der_sequence({flag(2), flag(1)})},
      {"unknown field", der_sequence({flag(6)})},
      {"name empty", der_sequence({der_element(0xa0, {})})},
      {"two names", der_sequence({der_element(0xa0, der_concat({der_element(0xa0, uri("http://a")),
                                                                der_element(0xa0, {})}))})},
      {"name of no choice", der_sequence({der_element(0xa0, der_element(0xa2, {}))})},
      {"bytes behind", der_concat({der_sequence({flag(1)}), {0x05, 0x00}})},
  };
  for (const Row& row : rows) {
    const ByteVector list = extension(kScope, row.value, Mark::Critical);
    const auto read = read_crl_extensions(list);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().reason, Reason::RevocationUnknown) << row.name;
  }
}

ByteVector x400_address() { return der_element(0xa3, der_sequence({der_sequence({})})); }
ByteVector directory_name() { return der_element(0xa4, der_sequence({})); }
ByteVector relative_name() { return der_element(0xa0, der_element(0xa1, der_sequence({}))); }

// REV-14: in lists, and in certificates.
TEST(CrlExtensions, OddNamesAreNoAddresses) {
  struct NamesRow {
    std::string_view name;
    ByteVector point_name;
    std::vector<std::string> urls;
  };
  const NamesRow rows[] = {
      {"X.400", full_name({x400_address()}), {}},
      {"X.400 and an address", full_name({x400_address(), uri("http://a")}), {"http://a"}},
      {"directory name", full_name({directory_name()}), {}},
      {"other name", full_name({der_element(0xa0, {der_oid("1.2.3")})}), {}},
      {"IP address", full_name({der_element(0x87, {127, 0, 0, 1})}), {}},
      {"relative to the issuer", relative_name(), {}},
      {"several",
       full_name({uri("ldap://l"), uri("http://a"), uri("https://s")}),
       {"ldap://l", "http://a", "https://s"}},
  };
  for (const NamesRow& row : rows) {
    const ByteVector scope = extension(kScope, der_sequence({row.point_name}), Mark::Critical);
    const auto of_scope = read_crl_extensions(scope);
    ASSERT_TRUE(of_scope && of_scope->scope) << row.name;
    EXPECT_EQ(of_scope->scope->addresses, row.urls) << row.name;
    const ByteVector points = der_sequence({der_sequence({row.point_name})});
    const ByteVector freshest = extension(kFreshest, points);
    const auto of_deltas = read_crl_extensions(freshest);
    ASSERT_TRUE(of_deltas) << row.name;
    EXPECT_EQ(of_deltas->delta_urls, row.urls) << row.name;
    const ByteVector certificate = self_signed_der(
        {.subject = "CN=odd", .more_extensions = {{"2.5.29.31", Criticality::NotCritical, points}}},
        key(KeyType::P256));
    const auto of_certificate = Certificate::parse_der(certificate, Reason::Internal);
    ASSERT_TRUE(of_certificate) << row.name << ": " << of_certificate.error().detail;
    EXPECT_EQ(of_certificate->crl_urls(), row.urls) << row.name;
  }
}

TEST(CrlExtensions, AddressesOfDeltas) {
  const ByteVector one = der_sequence({full_name({uri("http://a")})});
  const ByteVector two = der_sequence({full_name({uri("http://b")})});
  const ByteVector issuer_only = der_sequence({der_element(0xa2, directory_name())});
  const ByteVector everything =
      der_sequence({full_name({uri("http://c")}), der_element(0x81, {0x05, 0x60}),
                    der_element(0xa2, directory_name())});
  const ByteVector points = der_sequence({one, issuer_only, two, everything});
  const ByteVector list = extension(kFreshest, points);
  const auto read = read_crl_extensions(list);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->delta_urls, (std::vector<std::string>{"http://a", "http://b", "http://c"}));
  const Row rows[] = {
      {"empty value", {}},
      {"no points", der_sequence({})},
      {"a point that is none", der_sequence({der_integer(1)})},
      {"a name that is none", der_sequence({der_sequence({der_element(0xa0, {})})})},
      {"unknown field", der_sequence({der_sequence({full_name({uri("http://a")}), flag(6)})})},
      {"not DER inside", {0x30, 0x03, 0x30, 0x81, 0x00}},
      {"bytes behind", der_concat({der_sequence({one}), {0x00}})},
      {"address with a space", der_sequence({der_sequence({full_name({uri("http://a b")})})})},
      {"address with a line feed", der_sequence({der_sequence({full_name({uri("http://a\n")})})})},
      {"address not ASCII", der_sequence({der_sequence({full_name({uri("http://\xc3\xa4")})})})},
  };
  for (const Row& row : rows) {
    EXPECT_FALSE(read_crl_extensions(extension(kFreshest, row.value))) << row.name;
  }
}

}  // namespace
}  // namespace countersign::x509
