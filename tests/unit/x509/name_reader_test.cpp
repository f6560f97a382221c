// SPDX-License-Identifier: Apache-2.0
#include "x509/name_reader.h"

#include <string_view>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"

#include "support/pki.h"

namespace countersign::x509 {
namespace {

using test::name_der;
using test::RawAttribute;

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

TEST(NameReader, GivesTheAttributesInTheirOrder) {
  const ByteVector name = name_der({{"C", "US", 0x13}, {"O", "Acme"}});
  const auto attributes = read_name(name);
  ASSERT_TRUE(attributes);
  ASSERT_EQ(attributes->size(), 2U);
  EXPECT_EQ(codec::encode_hex((*attributes)[0].type), "550406");
  EXPECT_EQ((*attributes)[0].value.tag, 0x13);
  EXPECT_EQ(as_text((*attributes)[1].value.content), "Acme");
  EXPECT_TRUE((*attributes)[0].begins_rdn && (*attributes)[1].begins_rdn);
  EXPECT_TRUE(read_name(name_der({})).value().empty());
}

TEST(NameReader, MarksTheMembersOfOneRdn) {
  // C=US + O=a, CN=b
  const ByteVector sound = bytes(
      "3025311530090603550406130255533008060355040a0c0161"
      "310c300a06035504030c03625f63");
  const auto read = read_name(sound);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_TRUE((*read)[0].begins_rdn);
  EXPECT_FALSE((*read)[1].begins_rdn);
  EXPECT_TRUE((*read)[2].begins_rdn);
  EXPECT_EQ(display_name(sound), "CN=b_c,O=a+C=US");
}

TEST(NameReader, RefusesWhatIsNoName) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"nothing", ""},
      {"a set", "3100"},
      {"something behind", "300000"},
      {"attribute without a set", "300b300906035504030c0261 62"},
      {"empty set", "30023100"},
      {"attribute that is no sequence", "300731050603550403"},
      {"attribute without value", "300931073005 0603550403"},
      {"attribute without type", "300731053003 0c0161"},
      {"attribute with two values", "300f310d300b06035504030c01610c0162"},
      {"octets", "300c310a30080603550403040161"},
      {"number", "300c310a30080603550403020101"},
      {"VisibleString", "300c310a300806035504031a0161"},
  };
  for (const auto& [name, text] : rows) {
    std::string hex(text);
    std::erase(hex, ' ');
    EXPECT_FALSE(read_name(bytes(hex))) << name;
  }
}

struct TextRow {
  std::string_view name;
  std::uint8_t tag;
  std::string_view value;
  std::optional<std::string_view> text;
};

constexpr std::string_view operator""_raw(const char* text, std::size_t size) {
  return {text, size};
}

const TextRow kTexts[] = {
    {"UTF-8", 0x0c, "a\xc3\xa9", "a\xc3\xa9"},
    {"broken UTF-8", 0x0c, "\xc3", {}},
    {"overlong UTF-8", 0x0c, "\xc0\xaf", {}},
    {"PrintableString", 0x13, "a b", "a b"},
    {"Latin-1", 0x14, "\xe9\xff", "\xc3\xa9\xc3\xbf"},
    {"BMP", 0x1e, "\x00\x61\x20\xac"_raw, "a\xe2\x82\xac"},
    {"half a BMP character", 0x1e, "\x00\x61\x20"_raw, {}},
    {"surrogate", 0x1e, "\xd8\x3d\xde\x00"_raw, {}},
    {"Universal", 0x1c, "\x00\x00\x00\x61\x00\x01\xf6\x00"_raw, "a\xf0\x9f\x98\x80"},
    {"half a Universal character", 0x1c, "\x00\x00"_raw, {}},
    {"beyond Unicode", 0x1c, "\x00\x11\x00\x00"_raw, {}},
    {"bits", 0x03, "\x00"_raw, {}},
    {"list", 0x30, "", {}},
    {"octets", 0x04, "a", {}},
};

TEST(NameReader, TurnsTextIntoUtf8) {
  for (const TextRow& row : kTexts) {
    const auto text = text_of(Der{row.tag, as_bytes(row.value), {}});
    EXPECT_EQ(text.has_value(), row.text.has_value()) << row.name;
    EXPECT_EQ(text.value_or(""), row.text.value_or("")) << row.name;
  }
}

TEST(NameReader, ShowsNamesAsRfc4514Has) {
  const std::pair<std::vector<RawAttribute>, std::string_view> rows[] = {
      {{}, ""},
      {{{"C", "US"}, {"ST", "WA"}, {"O", "Acme"}, {"CN", "Signer"}}, "CN=Signer,O=Acme,ST=WA,C=US"},
      {{{"CN", R"(a,b+c"d\e<f>g;h=i)"}}, R"(CN=a\,b\+c\"d\\e\<f\>g\;h=i)"},
      {{{"CN", "#a# "}}, R"(CN=\#a#\ )"},
      {{{"CN", "  a"}}, R"(CN=\  a)"},
      {{{"CN", {"a\n\x7f\0", 4}}}, R"(CN=a\0a\7f\00)"},
      {{{"CN", "\xc3\xa9"}}, "CN=\xc3\xa9"},
      {{{"1.2.3.4", "a"}}, "1.2.3.4=#0c0161"},
      {{{"x500UniqueIdentifier", {"\0\x01", 2}, 0x03}}, "2.5.4.45=#03020001"},
      {{{"CN", {"\0\x01", 2}, 0x03}}, "CN=#03020001"},
      {{{"emailAddress", "a@b"}, {"DC", "c"}, {"UID", "d"}}, "UID=d,DC=c,emailAddress=a@b"},
  };
  for (const auto& [attributes, text] : rows) {
    EXPECT_EQ(display_name(name_der(attributes)), text);
  }
  EXPECT_EQ(display_name(bytes("0500")), "?");
}

}  // namespace
}  // namespace countersign::x509
