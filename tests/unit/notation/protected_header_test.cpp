// SPDX-License-Identifier: Apache-2.0
#include "notation/protected_header.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::notation {
namespace {

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

Result<ProtectedHeader> read(const CoseWriter& writer) {
  const ByteVector envelope = writer.write();
  TRY(const auto message, CoseSign1::parse(envelope));
  TRY(const auto content, message.verify(samples::signer().key().public_key()));
  return read_protected_header(content);
}

TEST(ProtectedHeader, ReadsSchemeX509) {
  const auto header = read(samples::writer());
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->scheme, SigningScheme::X509);
  EXPECT_EQ(header->signing_time, samples::time(CoseWriter::kSigningTime));
  EXPECT_FALSE(header->expiry);
}

TEST(ProtectedHeader, ReadsSchemeSigningAuthority) {
  const auto header = read(samples::writer().scheme_signing_authority());
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->scheme, SigningScheme::SigningAuthority);
  EXPECT_EQ(header->signing_time, samples::time(CoseWriter::kSigningTime));
}

TEST(ProtectedHeader, ReadsTheExpiry) {
  const auto header = read(samples::writer().expires(CoseWriter::kSigningTime + 1));
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->expiry, samples::time(CoseWriter::kSigningTime + 1));
}

TEST(ProtectedHeader, IgnoresUnknownAttributesThatAreNotCritical) {  // NV-H17
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
       w.set_signed(3, test::cbor_bytes(as_bytes("application/vnd.cncf.notary.payload.v1+json")));
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
    {"SchemeMissing", [](auto& w) { w.drop_signed(kScheme); }},                        // NV-H21
    {"SchemeInteger", [](auto& w) { w.set_signed(kScheme, cbor_integer(1)); }},        // NV-H21
    {"SchemeDot", [](auto& w) { w.set_signed(kScheme, cbor_text("notary.x509.")); }},  // NV-H21
    {"SchemeCase", [](auto& w) { w.set_signed(kScheme, cbor_text("notary.X509")); }},  // NV-H21
    {"SchemeEmpty", [](auto& w) { w.set_signed(kScheme, cbor_text("")); }},            // NV-H21
    {"TimeMissing", [](auto& w) { w.drop_signed(kTime); }},                            // NV-H22
    {"TimeUntagged", [](auto& w) { w.set_signed(kTime, cbor_integer(1'780'000'000)); }},
    {"ExpiryUntagged",
     [](auto& w) { w.expires(1'790'000'000).set_signed(kExpiry, cbor_integer(1'790'000'000)); }},
    {"ExpiryNan",
     [](auto& w) {
       w.expires(1'790'000'000).set_signed(kExpiry, test::cbor_tag(1, test::cbor_double(NAN)));
     }},
    {"ExpiryNotCritical", [](auto& w) { w.set_signed(kExpiry, cbor_time(1'790'000'000)); }},
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
     [](auto& w) { w.scheme_signing_authority().set_signed(2, cbor_texts({kScheme})); }},
    {"SigningTimeUnderAuthority",  // NV-H30
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
    {"UnknownCritical",
     [](auto& w) {
       w.set_signed(2, cbor_texts({kScheme, "com.example"}))
           .set_signed("com.example", cbor_integer(1));
     }},
};

TEST(ProtectedHeader, RefusesEachRow) {
  for (const auto& row : kRefused) {
    auto writer = samples::writer();
    row.change(writer);
    const auto header = read(writer);
    ASSERT_FALSE(header) << row.name;
    EXPECT_EQ(header.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(ProtectedHeader, NamesThePlugin) {
  auto writer = samples::writer();
  name_plugin(writer, cbor_text("com.example.plugin"));
  EXPECT_NE(read(writer).error().detail.find("com.example.plugin"), std::string::npos);
}

}  // namespace
}  // namespace countersign::notation
