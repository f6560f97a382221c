// SPDX-License-Identifier: Apache-2.0
// The rules of signed attributes too, as envelopes of this format break them.
#include "notation/cose_attributes.h"

#include <cmath>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "notation/attribute_rules.h"
#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_array;
using test::cbor_bytes;
using test::cbor_integer;
using test::cbor_text;
using test::cbor_texts;
using test::cbor_time;
using test::CoseWriter;

constexpr auto kScheme = "io.cncf.notary.signingScheme";
constexpr auto kTime = "io.cncf.notary.signingTime";
constexpr auto kAuthentic = "io.cncf.notary.authenticSigningTime";
constexpr auto kExpiry = "io.cncf.notary.expiry";
constexpr auto kPlugin = "io.cncf.notary.verificationPlugin";
constexpr auto kMinVersion = "io.cncf.notary.verificationPluginMinVersion";

Result<SigningClaims> read(const CoseWriter& writer) {
  const ByteVector envelope = writer.write();
  TRY(const auto message, CoseSign1::parse(envelope));
  TRY(const auto content, message.verify(samples::signer().key().public_key()));
  return check_attributes(read_attributes(content));
}

TEST(CoseAttributes, ReadsSchemeX509) {
  const auto claims = read(samples::writer());
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->scheme, SigningScheme::X509);
  EXPECT_EQ(claims->signing_time, samples::time(CoseWriter::kSigningTime));
  EXPECT_FALSE(claims->expiry);
}

TEST(CoseAttributes, ReadsSchemeSigningAuthority) {
  const auto claims = read(samples::writer().scheme_signing_authority());
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->scheme, SigningScheme::SigningAuthority);
  EXPECT_EQ(claims->signing_time, samples::time(CoseWriter::kSigningTime));
}

TEST(CoseAttributes, ReadsTheExpiry) {
  const auto claims = read(samples::writer().expires(CoseWriter::kSigningTime + 1));
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->expiry, samples::time(CoseWriter::kSigningTime + 1));
}

TEST(CoseAttributes, IgnoresUnknownAttributesThatAreNotCritical) {  // NV-H17
  auto writer = samples::writer();
  writer.set_signed("com.example.note", cbor_texts({"a", "b"})).set_signed(1'000, cbor_integer(1));
  EXPECT_TRUE(read(writer));
}

struct Row {
  const char* name;
  std::function<void(CoseWriter&)> change;
};

void name_plugin(CoseWriter& writer, const test::CborItem& name) {
  writer.set_signed(2, cbor_texts({kScheme, kPlugin})).set_signed(kPlugin, name);
}

const Row kRefused[] = {
    {"ContentTypeMissing", [](auto& w) { w.drop_signed(3); }},                  // NV-H18 COS-15
    {"ContentTypeNumber", [](auto& w) { w.set_signed(3, cbor_integer(50)); }},  // NV-H19 COS-15
    {"ContentTypeBytes",                                                        // NV-H19
     [](auto& w) {
       w.set_signed(3, cbor_bytes(as_bytes("application/vnd.cncf.notary.payload.v1+json")));
     }},
    {"ContentTypeOther",
     [](auto& w) { w.set_signed(3, cbor_text("application/json")); }},  // NV-H20
    {"ContentTypeSpaced",                                               // NV-H20
     [](auto& w) { w.set_signed(3, cbor_text("application/vnd.cncf.notary.payload.v1+json ")); }},
    {"ContentTypeUpperCase",  // NV-H20
     [](auto& w) { w.set_signed(3, cbor_text("Application/vnd.cncf.notary.payload.v1+json")); }},
    {"ContentTypeParameter",  // NV-H20
     [](auto& w) {
       w.set_signed(3, cbor_text("application/vnd.cncf.notary.payload.v1+json;charset=utf-8"));
     }},
    {"ContentTypeTwoSlashes",  // NV-H20
     [](auto& w) { w.set_signed(3, cbor_text("application/vnd.cncf.notary/payload.v1+json")); }},
    {"SchemeMissing", [](auto& w) { w.drop_signed(kScheme); }},                  // NV-H21 COS-13
    {"SchemeInteger", [](auto& w) { w.set_signed(kScheme, cbor_integer(1)); }},  // NV-H21 COS-13
    {"SchemeDot",
     [](auto& w) { w.set_signed(kScheme, cbor_text("notary.x509.")); }},  // NV-H21 COS-13
    {"SchemeCase",
     [](auto& w) { w.set_signed(kScheme, cbor_text("notary.X509")); }},      // NV-H21 COS-13
    {"SchemeEmpty", [](auto& w) { w.set_signed(kScheme, cbor_text("")); }},  // NV-H21 COS-13
    {"TimeMissing", [](auto& w) { w.drop_signed(kTime); }},                  // NV-H22
    {"TimeUntagged", [](auto& w) { w.set_signed(kTime, cbor_integer(1'780'000'000)); }},
    {"ExpiryUntagged",
     [](auto& w) { w.expires(1'790'000'000).set_signed(kExpiry, cbor_integer(1'790'000'000)); }},
    {"ExpiryNan",
     [](auto& w) {
       w.expires(1'790'000'000).set_signed(kExpiry, test::cbor_tag(1, test::cbor_double(NAN)));
     }},
    {"ExpiryNotCritical",
     [](auto& w) { w.set_signed(kExpiry, cbor_time(1'790'000'000)); }},             // NV-H11
    {"ExpiryAtSigningTime", [](auto& w) { w.expires(CoseWriter::kSigningTime); }},  // NV-H28
    {"ExpiryBeforeSigningTime",
     [](auto& w) { w.expires(CoseWriter::kSigningTime - 1); }},  // NV-H28
    {"AuthenticTimeMissing",                                     // NV-H29
     [](auto& w) { w.scheme_signing_authority().drop_signed(kAuthentic); }},
    {"AuthenticTimeAbsentNotCritical",  // NV-H29
     [](auto& w) {
       w.scheme_signing_authority().drop_signed(kAuthentic).set_signed(2, cbor_texts({kScheme}));
     }},
    {"AuthenticTimeNotCritical",
     [](auto& w) { w.scheme_signing_authority().set_signed(2, cbor_texts({kScheme})); }},  // NV-H12
    {"SigningTimeUnderAuthority",                                                          // NV-H30
     [](auto& w) { w.scheme_signing_authority().set_signed(kTime, cbor_time(1'780'000'000)); }},
    {"AuthenticTimeUnderX509",  // NV-H30
     [](auto& w) { w.set_signed(kAuthentic, cbor_time(1'780'000'000)); }},
    {"PluginNotCritical",  // NV-H31
     [](auto& w) { w.set_signed(kPlugin, cbor_text("com.example.plugin")); }},
    {"PluginNotText", [](auto& w) { name_plugin(w, cbor_integer(1)); }},           // NV-H31
    {"PluginBlank", [](auto& w) { name_plugin(w, cbor_text("")); }},               // NV-H31
    {"Plugin", [](auto& w) { name_plugin(w, cbor_text("com.example.plugin")); }},  // NV-H32
    {"VersionWithoutPlugin",                                                       // NV-H33
     [](auto& w) { w.set_signed(kMinVersion, cbor_text("1.0.0")); }},
    {"PluginVersionNotText", [](auto& w) { w.set_signed(kMinVersion, cbor_integer(1)); }},
};

void set_critical(CoseWriter& writer, const std::vector<test::CborItem>& elements) {
  for (const auto label : {8, 33, 100, -1}) {  // what they name is there
    writer.set_signed(label, cbor_bytes(as_bytes("x")));
  }
  writer.drop_signed(33).set_signed("com.example", cbor_integer(1));
  writer.set_signed(2, cbor_array(elements));
}

const test::CborItem kSchemeItem = cbor_text(kScheme);

const Row kRefusedCritical[] = {
    {"Missing", [](auto& w) { w.drop_signed(2); }},                  // NV-H06
    {"Empty", [](auto& w) { set_critical(w, {}); }},                 // NV-H07
    {"Text", [](auto& w) { w.set_signed(2, kSchemeItem); }},         // NV-H08
    {"Integer", [](auto& w) { w.set_signed(2, cbor_integer(1)); }},  // NV-H08
    {"ElementByteString",                                            // NV-H08
     [](auto& w) { set_critical(w, {kSchemeItem, cbor_bytes(as_bytes("x"))}); }},
    {"ElementArray",  // COS-03
     [](auto& w) { set_critical(w, {cbor_array({kSchemeItem})}); }},
    {"ElementMap", [](auto& w) { set_critical(w, {kSchemeItem, test::cbor_map({})}); }},  // COS-03
    {"ElementFloat",                                                                      // COS-03
     [](auto& w) { set_critical(w, {kSchemeItem, test::cbor_double(1)}); }},
    {"ElementNegative",  // COS-03
     [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(-1)}); }},
    {"AbsentText", [](auto& w) { set_critical(w, {kSchemeItem, cbor_text("absent")}); }},  // NV-H09
    {"AbsentInteger",                                                                      // NV-H09
     [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(101)}); }},
    {"SchemeNotListed", [](auto& w) { set_critical(w, {cbor_text(kTime)}); }},     // NV-H10 COS-13
    {"Label1", [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(1)}); }},  // NV-H13
    {"Label3", [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(3)}); }},  // NV-H13
    {"Label8", [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(8)}); }},
    {"Label33", [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(33)}); }},  // NV-H13
    {"Twice", [](auto& w) { set_critical(w, {kSchemeItem, kSchemeItem}); }},         // NV-H14
    {"UnknownText",                                                                  // NV-H15
     [](auto& w) { set_critical(w, {kSchemeItem, cbor_text("com.example")}); }},
    {"UnknownInteger",  // NV-H16
     [](auto& w) { set_critical(w, {kSchemeItem, cbor_integer(100)}); }},
};

void expect_refused(std::span<const Row> rows) {
  for (const auto& row : rows) {
    auto writer = samples::writer();
    row.change(writer);
    const auto claims = read(writer);
    ASSERT_FALSE(claims) << row.name;
    EXPECT_EQ(claims.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(CoseAttributes, RefusesEachRow) { expect_refused(kRefused); }

TEST(CoseAttributes, RefusesEachRowAboutCrit) { expect_refused(kRefusedCritical); }

TEST(CoseAttributes, MayCallTheSigningTimeCritical) {
  auto writer = samples::writer();
  writer.set_signed(2, cbor_texts({kScheme, kTime}));
  EXPECT_TRUE(read(writer));
}

TEST(CoseAttributes, NamesThePlugin) {
  auto writer = samples::writer();
  name_plugin(writer, cbor_text("com.example.plugin"));
  EXPECT_NE(read(writer).error().detail.find("com.example.plugin"), std::string::npos);
}

TEST(CoseAttributes, KeepsWhatIsNotOursAsText) {
  auto writer = samples::writer();
  writer.expires(CoseWriter::kSigningTime + 1)
      .set_signed("com.example.note", cbor_text("seen"))
      .set_signed("com.example.list", cbor_texts({"a"}))
      .set_signed(1'000, cbor_integer(7));
  const ByteVector envelope = writer.write();
  const auto message = CoseSign1::parse(envelope).value();
  const auto content = message.verify(samples::signer().key().public_key()).value();
  EXPECT_EQ(read_attributes(content).extended,
            (std::map<std::string, std::string>{
                {"com.example.note", "seen"}, {"com.example.list", R"(["a"])"}, {"1000", "7"}}));
}

}  // namespace
}  // namespace countersign::notation
