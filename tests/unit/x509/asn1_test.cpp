// SPDX-License-Identifier: Apache-2.0
#include "x509/asn1.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/objects.h>

#include "countersign/codec/base64.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/openssl_ptr.h"

namespace countersign::x509 {
namespace {

struct Row {
  std::string_view name;
  std::string_view hex;
};

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

constexpr Row kGood[] = {
    {"null", "0500"},
    {"false", "010100"},
    {"true", "0101ff"},
    {"integer zero", "020100"},
    {"integer 128", "02020080"},
    {"integer -128", "020180"},
    {"empty sequence", "3000"},
    {"sequence of two", "300502010105 00"},
    {"set", "3103020101"},
    {"bit string of 9 bits", "030307ff80"},
    {"empty bit string", "030100"},
    {"object identifier", "0603550406"},
    {"context, constructed", "a003020102"},
    {"context, primitive", "8601ff"},
};

TEST(Asn1, TakesDer) {
  for (const Row& row : kGood) {
    std::string hex(row.hex);
    std::erase(hex, ' ');
    EXPECT_TRUE(is_der(bytes(hex))) << row.name;
  }
  ByteVector long_form = bytes("048180");
  long_form.resize(long_form.size() + 0x80);
  EXPECT_TRUE(is_der(long_form));
}

constexpr Row kBad[] = {
    {"nothing", ""},
    {"tag alone", "05"},
    {"trailing byte", "050000"},
    {"cut short", "0202ff"},
    {"end of contents", "0000"},
    {"indefinite length", "30800000"},
    {"length in long form", "02810101"},
    {"length with leading zero", "0282000101"},
    {"length of five bytes", "30850000000000"},
    {"length bytes missing", "3082"},
    {"length beyond the end", "3084ffffffff"},
    {"high tag number", "1f810100"},
    {"true as 01", "010101"},
    {"boolean of two bytes", "01020000"},
    {"empty boolean", "0100"},
    {"empty integer", "0200"},
    {"integer with zero in front", "02020001"},
    {"integer with ff in front", "0202ff80"},
    {"enumerated with zero in front", "0a020001"},
    {"null with content", "050100"},
    {"bit string without count", "0300"},
    {"bit string with 8 unused bits", "030208ff"},
    {"bit string with unused bits of nothing", "030101"},
    {"bit string with bits set behind its end", "030207ff"},
    {"empty object identifier", "0600"},
    {"object identifier cut short", "06025584"},
    {"object identifier with zero in front", "0603558006"},
    {"octet string in pieces", "2403040101"},
    {"primitive sequence", "1000"},
    {"bad element inside", "3003010101"},
    {"bad element deep inside", "300730053003010101"},
    {"bad element in context tag", "a003010101"},
};

TEST(Asn1, RefusesWhatIsNotDer) {
  for (const Row& row : kBad) {
    EXPECT_FALSE(is_der(bytes(row.hex))) << row.name;
  }
}

TEST(Asn1, RefusesDeepNesting) {
  const auto nested = [](int depth) {
    ByteVector der{0x05, 0x00};
    for (int i = 1; i < depth; ++i) {
      der.insert(der.begin(), {0x30, static_cast<std::uint8_t>(der.size())});
    }
    return der;
  };
  EXPECT_TRUE(is_der(nested(32)));
  EXPECT_FALSE(is_der(nested(33)));
}

std::optional<Time> read(int type, std::string_view text) {
  const crypto::OpensslPtr<ASN1_TIME, ASN1_TIME_free> time(ASN1_STRING_type_new(type));
  EXPECT_EQ(ASN1_STRING_set(time.get(), text.data(), static_cast<int>(text.size())), 1);
  return read_time(*time);
}

struct TimeRow {
  int type;
  std::string_view text;
  std::string_view time;
};

constexpr TimeRow kTimes[] = {
    // NV-K35
    {V_ASN1_UTCTIME, "500101000000Z", "1950-01-01T00:00:00Z"},
    {V_ASN1_UTCTIME, "491231235959Z", "2049-12-31T23:59:59Z"},
    {V_ASN1_UTCTIME, "700101000000Z", "1970-01-01T00:00:00Z"},
    {V_ASN1_UTCTIME, "000229120000Z", "2000-02-29T12:00:00Z"},
    {V_ASN1_GENERALIZEDTIME, "20500101000000Z", "2050-01-01T00:00:00Z"},
    {V_ASN1_GENERALIZEDTIME, "20491231235959Z", "2049-12-31T23:59:59Z"},
    {V_ASN1_GENERALIZEDTIME, "99991231235959Z", "9999-12-31T23:59:59Z"},
    {V_ASN1_GENERALIZEDTIME, "18500101000000Z", "1850-01-01T00:00:00Z"},
};

TEST(Asn1, ReadsTimes) {
  for (const TimeRow& row : kTimes) {
    const auto time = read(row.type, row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(codec::format_rfc3339(*time), row.time);
  }
}

TEST(Asn1, RefusesMalformedTimes) {  // NV-K35
  for (const std::string_view text : {"",
                                      "Z",
                                      "2401010000Z",
                                      "240101000000",
                                      "240101000000z",
                                      "240101000000+",
                                      "240101000060Z",
                                      "240101006000Z",
                                      "240101240000Z",
                                      "240001000000Z",
                                      "241301000000Z",
                                      "240100000000Z",
                                      "240132000000Z",
                                      "230229000000Z",
                                      "24010100000 Z",
                                      "24010100000:Z",
                                      "-40101000000Z",
                                      "240101000000+0100",
                                      "240101000000Z0",
                                      "20240101000000Z"}) {
    EXPECT_FALSE(read(V_ASN1_UTCTIME, text)) << text;
  }
  for (const std::string_view text :
       {"", "202401010000Z", "20240101000000", "20240101000000.5Z", "20240101000000+0000",
        "20230229000000Z", "240101000000Z", "2024010100000\xffZ"}) {
    EXPECT_FALSE(read(V_ASN1_GENERALIZEDTIME, text)) << text;
  }
  EXPECT_FALSE(read(V_ASN1_UTF8STRING, "240101000000Z"));
}

TEST(Asn1, WritesObjectIdentifiersWithDots) {
  EXPECT_EQ(dotted(OBJ_nid2obj(NID_countryName)), "2.5.4.6");
  EXPECT_EQ(dotted(OBJ_nid2obj(NID_domainComponent)), "0.9.2342.19200300.100.1.25");
}

TEST(Asn1, RefusesAnObjectIdentifierWithoutEnd) {  // CVE-2023-2650
  std::string text = "1.2";
  while (text.size() < 300) {
    text += ".840";
  }
  const crypto::ObjectPtr object(OBJ_txt2obj(text.c_str(), 1));
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(dotted(object.get()), std::nullopt);
}

}  // namespace
}  // namespace countersign::x509
