// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/name.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/err.h>

#include "support/pki.h"

namespace countersign::x509 {
namespace {

using test::name_der;
using test::RawAttribute;

Name identity(std::string_view text) {
  return Name::parse_identity(text, Reason::BadConfig).value();
}

Name subject(const std::vector<RawAttribute>& attributes) {
  return Name::parse_der(name_der(attributes), Reason::IdentityMismatch).value();
}

TEST(Name, KnowsTheTypesOfIdentities) {
  const Name name = identity(
      "C=1, ST=2, L=3, O=4, OU=5, CN=6, STREET=7, DC=8, UID=9, SERIALNUMBER=10, POSTALCODE=11, "
      "2.5.4.97=12");
  const std::vector<NameAttribute> expected{
      {"2.5.4.6", "1"},
      {"2.5.4.8", "2"},
      {"2.5.4.7", "3"},
      {"2.5.4.10", "4"},
      {"2.5.4.11", "5"},
      {"2.5.4.3", "6"},
      {"2.5.4.9", "7"},
      {"0.9.2342.19200300.100.1.25", "8"},
      {"0.9.2342.19200300.100.1.1", "9"},
      {"2.5.4.5", "10"},
      {"2.5.4.17", "11"},
      {"2.5.4.97", "12"},
  };
  EXPECT_EQ(name.attributes(), expected);
}

TEST(Name, TakesSForST) {
  EXPECT_EQ(identity("C=US, S=WA, O=a").attributes(), identity("C=US, ST=WA, O=a").attributes());
}

TEST(Name, RefusesBadIdentities) {  // NV-O10
  for (const std::string_view text : {
           "",
           "C=US, ST=WA",            // no O
           "ST=WA, O=a",             // no C
           "C=US, O=a",              // no ST
           "C=US, ST=WA, O=a, O=b",  // twice
           "C=US, ST=WA, S=WA, O=a",
           "C=US, ST=WA, O=a, 2.5.4.10=a",
           "C=US, ST=WA, O=a, 2.5.4.010=a",
           "c=US, ST=WA, O=a",  // types are case-sensitive
           "C=US, ST=WA, O=a, E=b",
           "C=US, ST=WA, O=a, 1.=b",
           "C=US, ST=WA, O=a, 5=b",
           "C=US, ST=WA, O=a, 9.9.9=b",
           "C=US, ST=WA, O=#0401",
           "C=US, ST=WA+O=a",
           "C=US, ST=WA, O=",
           "*",
       }) {
    const auto name = Name::parse_identity(text, Reason::BadConfig);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().reason, Reason::BadConfig) << text;
    EXPECT_EQ(ERR_peek_error(), 0U) << text;
  }
}

struct Match {
  std::string_view name;
  std::string_view identity;
  std::vector<RawAttribute> subject;
  bool matches;
};

const std::vector<RawAttribute> kAcme{{"C", "US"},   {"ST", "WA"},    {"L", "Seattle"},
                                      {"O", "Acme"}, {"OU", "Build"}, {"CN", "signer"}};

std::vector<RawAttribute> acme_and(RawAttribute more) {
  auto attributes = kAcme;
  attributes.push_back(std::move(more));
  return attributes;
}

std::vector<RawAttribute> with_organization(std::string value, int tag = V_ASN1_UTF8STRING) {
  return {{"C", "US"}, {"ST", "WA"}, {"O", std::move(value), tag}};
}

TEST(Name, MatchesAttributeByAttribute) {  // NV-O19, NV-O20, NV-O21
  const Match rows[] = {
      {"a part", "C=US, ST=WA, O=Acme", kAcme, true},
      {"all", "C=US, ST=WA, L=Seattle, O=Acme, OU=Build, CN=signer", kAcme, true},
      {"another order", "CN=signer, O=Acme, ST=WA, C=US", kAcme, true},
      {"other value", "C=US, ST=WA, O=Acme, CN=somebody", kAcme, false},
      {"other case", "C=US, ST=WA, O=acme", kAcme, false},
      {"prefix", "C=US, ST=WA, O=Acm", kAcme, false},
      {"attribute not in subject", "C=US, ST=WA, O=Acme, STREET=Main", kAcme, false},
      {"value under another type", "C=US, ST=WA, O=Acme, CN=Build", kAcme, false},
      {"inner space", "C=US, ST=WA, O=A  b", with_organization("A b"), false},
      {"outer space in subject", "C=US, ST=WA, O=Acme", with_organization("Acme "), false},
      {"escaped", R"(C=US, ST=WA, O=a\, b\; c\\\ )", with_organization("a, b; c\\ "), true},
      {"PrintableString", "C=US, ST=WA, O=Acme", with_organization("Acme", V_ASN1_PRINTABLESTRING),
       true},
      {"BMPString", "C=US, ST=WA, O=\xc3\xa9", with_organization({"\0\xe9", 2}, V_ASN1_BMPSTRING),
       true},
      {"UniversalString", "C=US, ST=WA, O=\xc3\xa9",
       with_organization({"\0\0\0\xe9", 4}, V_ASN1_UNIVERSALSTRING), true},
      {"T61String as Latin-1", "C=US, ST=WA, O=\xc3\xa9",
       with_organization("\xe9", V_ASN1_T61STRING), true},
      {"composed and decomposed", "C=US, ST=WA, O=\xc3\xa9", with_organization("e\xcc\x81"), false},
      {"two OU, one named", "C=US, ST=WA, O=Acme, OU=Build", acme_and({"OU", "Test"}), false},
      {"two equal OU, named", "C=US, ST=WA, O=Acme, OU=Build", acme_and({"OU", "Build"}), false},
      {"two OU, none named", "C=US, ST=WA, O=Acme", acme_and({"OU", "Test"}), true},
      {"two O", "C=US, ST=WA, O=Acme", acme_and({"O", "Other"}), false},
      {"type without a short name", "C=US, ST=WA, O=Acme", acme_and({"emailAddress", "a@b"}), true},
      {"by object identifier", "C=US, ST=WA, O=Acme, 1.2.840.113549.1.9.1=a@b",
       acme_and({"emailAddress", "a@b", V_ASN1_IA5STRING}), true},
      {"subject without ST", "C=US, ST=WA, O=Acme", {{"C", "US"}, {"O", "Acme"}}, false},
      {"empty subject", "C=US, ST=WA, O=Acme", {}, false},
  };
  for (const Match& row : rows) {
    EXPECT_EQ(identity(row.identity).matches(subject(row.subject)), row.matches) << row.name;
  }
}

TEST(Name, DemandsMandatoryAttributesOfTheSubject) {
  const Name nothing = subject({});
  EXPECT_FALSE(nothing.matches(subject({{"C", "US"}, {"O", "Acme"}})));
  EXPECT_FALSE(nothing.matches(subject({{"C", "US"}, {"ST", ""}, {"O", "Acme"}})));
  EXPECT_TRUE(nothing.matches(subject(kAcme)));
}

TEST(Name, RefusesSubjectsThatAreNotText) {  // CRT-14
  const std::pair<std::string_view, RawAttribute> rows[] = {
      {"NUL", {"O", {"a\0b", 3}}},
      {"NUL in BMPString", {"O", {"\0a\0\0", 4}, V_ASN1_BMPSTRING}},
      {"invalid UTF-8", {"O", "\xff"}},
      {"overlong UTF-8", {"O", "\xc0\xaf"}},
      {"surrogate", {"O", {"\xd8\x00", 2}, V_ASN1_BMPSTRING}},
      {"half a BMP character", {"O", "a", V_ASN1_BMPSTRING}},
      {"PrintableString outside of ASCII", {"O", "\xe9", V_ASN1_PRINTABLESTRING}},
      {"IA5String outside of ASCII", {"O", "\xe9", V_ASN1_IA5STRING}},
  };
  for (const auto& [name, attribute] : rows) {
    const auto parsed = Name::parse_der(name_der({attribute}), Reason::IdentityMismatch);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().reason, Reason::IdentityMismatch) << name;
    EXPECT_EQ(ERR_peek_error(), 0U) << name;
  }
}

TEST(Name, RefusesBytesThatAreNoName) {
  ByteVector trailing = name_der(kAcme);
  trailing.push_back(0);
  for (const ByteVector& der :
       {ByteVector{}, ByteVector{0x05, 0x00}, ByteVector{0x30, 0x80, 0x00, 0x00}, trailing,
        name_der({{"O", std::string(9'000, 'a')}}),
        name_der(std::vector<RawAttribute>(65, {"OU", "a"}))}) {
    EXPECT_FALSE(Name::parse_der(der, Reason::IdentityMismatch));
  }
}

TEST(Name, SubsetMeansOverlap) {  // NV-O11
  const Name small = identity("C=US, ST=WA, O=a");
  const Name large = identity("C=US, S=WA, O=a, CN=b");
  EXPECT_TRUE(small.subset_of(large));
  EXPECT_FALSE(large.subset_of(small));
  EXPECT_TRUE(small.subset_of(small));
  EXPECT_FALSE(small.subset_of(identity("C=US, ST=WA, O=A, CN=b")));
}

}  // namespace
}  // namespace countersign::x509
