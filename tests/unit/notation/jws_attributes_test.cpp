// SPDX-License-Identifier: Apache-2.0
// The rules of signed attributes too, as envelopes of this format break them.
#include "notation/jws_attributes.h"

#include <functional>
#include <map>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "notation/attribute_rules.h"
#include "samples.h"

namespace countersign::notation {
namespace {

using test::json_text;
using test::json_texts;
using test::json_time;
using test::JwsWriter;

constexpr auto kScheme = "io.cncf.notary.signingScheme";
constexpr auto kTime = "io.cncf.notary.signingTime";
constexpr auto kAuthentic = "io.cncf.notary.authenticSigningTime";
constexpr auto kExpiry = "io.cncf.notary.expiry";
constexpr auto kPlugin = "io.cncf.notary.verificationPlugin";
constexpr auto kMinVersion = "io.cncf.notary.verificationPluginMinVersion";
constexpr std::int64_t kLater = JwsWriter::kSigningTime + 60;

Result<Attributes> attributes_of(const JwsWriter& writer) {
  TRY(const auto jws, Jws::parse(writer.write()));
  TRY(const auto content, jws.verify(samples::signer().key().public_key()));
  return read_attributes(content);
}

Result<SigningClaims> read(const JwsWriter& writer) {
  TRY(const auto attributes, attributes_of(writer));
  return check_attributes(attributes);
}

TEST(JwsAttributes, ReadEitherScheme) {
  const auto claims = read(samples::jws_writer().expires(kLater));
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->scheme, SigningScheme::X509);
  EXPECT_EQ(claims->signing_time, samples::time(JwsWriter::kSigningTime));
  EXPECT_EQ(claims->expiry, samples::time(kLater));

  const auto authority = read(samples::jws_writer().scheme_signing_authority());
  ASSERT_TRUE(authority) << authority.error().detail;
  EXPECT_EQ(authority->scheme, SigningScheme::SigningAuthority);
  EXPECT_EQ(authority->signing_time, samples::time(JwsWriter::kSigningTime));
  EXPECT_FALSE(authority->expiry);
}

TEST(JwsAttributes, TakeTimesWithOffsetAndFraction) {
  auto writer = samples::jws_writer();
  writer.set_signed(kTime, json_text("2026-05-29T04:26:40.5+08:00"));
  const auto claims = read(writer);
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->signing_time, samples::time(JwsWriter::kSigningTime));
}

// Nothing here could fetch or use them; that they are shown proves that they were ignored.
TEST(JwsAttributes, IgnoreKeysAndWhereToGetThem) {  // NV-J18 JWS-04
  auto writer = samples::jws_writer();
  writer.set_signed("jwk", R"({"kty":"EC"})")
      .set_signed("jku", json_text("https://keys.example/jwks"))
      .set_signed("x5u", json_text("https://keys.example/chain.pem"))
      .set_signed("kid", json_text("other"));
  ASSERT_TRUE(read(writer)) << read(writer).error().detail;
  EXPECT_EQ(attributes_of(writer)->extended,
            (std::map<std::string, std::string>{{"jwk", R"({"kty":"EC"})"},
                                                {"jku", "https://keys.example/jwks"},
                                                {"x5u", "https://keys.example/chain.pem"},
                                                {"kid", "other"}}));
}

TEST(JwsAttributes, KeepNothingOfOursAmongTheExtended) {
  EXPECT_TRUE(attributes_of(samples::jws_writer().expires(kLater))->extended.empty());
}

struct Row {
  const char* name;
  std::function<void(JwsWriter&)> change;
};

// `more` is listed in crit beside the scheme.
void list(JwsWriter& writer, const char* more) {
  writer.set_signed("crit", json_texts({kScheme, more}));
}
void list_present(JwsWriter& writer, const char* more) {
  writer.set_signed(more, json_text("x"));
  list(writer, more);
}

const Row kRefusedCritical[] = {
    {"Missing", [](auto& w) { w.drop_signed("crit"); }},                  // NV-J11
    {"Empty", [](auto& w) { w.set_signed("crit", "[]"); }},               // NV-J11 JWS-06
    {"Text", [](auto& w) { w.set_signed("crit", json_text(kScheme)); }},  // NV-J11 JWS-06
    {"Null", [](auto& w) { w.set_signed("crit", "null"); }},              // JWS-06
    {"ElementNumber",                                                     // NV-J11 JWS-06
     [](auto& w) { w.set_signed("crit", "[" + json_text(kScheme) + ",1]"); }},
    {"ElementArray",  // JWS-06
     [](auto& w) { w.set_signed("crit", "[[" + json_text(kScheme) + "]]"); }},
    {"Case",  // NV-J06
     [](auto& w) { w.drop_signed("crit").set_signed("Crit", json_texts({kScheme})); }},
    {"Algorithm", [](auto& w) { list(w, "alg"); }},       // NV-J12 JWS-06
    {"ContentType", [](auto& w) { list(w, "cty"); }},     // NV-J12 JWS-06
    {"SigningTime", [](auto& w) { list(w, kTime); }},     // NV-J12
    {"Itself", [](auto& w) { list(w, "crit"); }},         // JWS-06
    {"Absent", [](auto& w) { list(w, "com.example"); }},  // NV-J13 JWS-06
    {"AbsentExpiry", [](auto& w) { list(w, kExpiry); }},  // NV-J13
    {"SchemeTwice", [](auto& w) { list(w, kScheme); }},   // NV-J14 JWS-06
    {"ExtendedTwice",                                     // NV-J14
     [](auto& w) {
       w.set_signed("com.example", "1")
           .set_signed("crit", json_texts({kScheme, "com.example", "com.example"}));
     }},
    {"SchemeNotListed",  // NV-J15
     [](auto& w) { w.expires(kLater).set_signed("crit", json_texts({kExpiry})); }},
    {"ExpiryNotListed", [](auto& w) { w.set_signed(kExpiry, json_time(kLater)); }},  // NV-J15
    {"AuthenticTimeNotListed",                                                       // NV-J15
     [](auto& w) { w.scheme_signing_authority().set_signed("crit", json_texts({kScheme})); }},
    {"Unknown", [](auto& w) { list_present(w, "com.example"); }},  // NV-J16 JWS-05
    {"KeyInHeader", [](auto& w) { list_present(w, "jwk"); }},      // JWS-04
    {"KeySetUrl", [](auto& w) { list_present(w, "jku"); }},        // JWS-04
    {"CertificateUrl", [](auto& w) { list_present(w, "x5u"); }},   // JWS-04
    {"KeyId", [](auto& w) { list_present(w, "kid"); }},            // JWS-04
};

const Row kRefused[] = {
    {"ContentTypeMissing", [](auto& w) { w.drop_signed("cty"); }},  // NV-J24
    {"ContentTypeOther",                                            // NV-J24
     [](auto& w) { w.set_signed("cty", json_text("application/json")); }},
    {"ContentTypeNull", [](auto& w) { w.set_signed("cty", "null"); }},
    {"SchemeMissing", [](auto& w) { w.drop_signed(kScheme); }},                      // NV-J20
    {"SchemeUnknown", [](auto& w) { w.set_signed(kScheme, json_text("notary")); }},  // NV-J20
    {"SchemeCase", [](auto& w) { w.set_signed(kScheme, json_text("notary.X509")); }},
    {"SchemeNumber", [](auto& w) { w.set_signed(kScheme, "1"); }},  // NV-J20
    {"SchemeArray", [](auto& w) { w.set_signed(kScheme, "[]"); }},  // NV-J20
    {"TimeMissing", [](auto& w) { w.drop_signed(kTime); }},         // NV-J19
    {"TimeNull", [](auto& w) { w.set_signed(kTime, "null"); }},
    {"AuthenticTimeUnderX509",  // NV-J19
     [](auto& w) { w.set_signed(kAuthentic, json_time(JwsWriter::kSigningTime)); }},
    {"SigningTimeUnderAuthority",  // NV-J19
     [](auto& w) {
       w.scheme_signing_authority().set_signed(kTime, json_time(JwsWriter::kSigningTime));
     }},
    {"AuthenticTimeMissing",  // NV-J19
     [](auto& w) { w.scheme_signing_authority().drop_signed(kAuthentic); }},
    {"ExpiryYear1",  // NV-J22
     [](auto& w) { w.expires(kLater).set_signed(kExpiry, json_text("0001-01-01T00:00:00Z")); }},
    {"ExpiryYear1NotCritical",  // NV-J22
     [](auto& w) { w.set_signed(kExpiry, json_text("0001-01-01T00:00:00Z")); }},
    {"ExpiryNull", [](auto& w) { w.expires(kLater).set_signed(kExpiry, "null"); }},        // NV-J22
    {"ExpiryNullNotCritical", [](auto& w) { w.set_signed(kExpiry, "null"); }},             // NV-J22
    {"ExpiryAtSigningTime", [](auto& w) { w.expires(JwsWriter::kSigningTime); }},          // NV-J23
    {"ExpiryBeforeSigningTime", [](auto& w) { w.expires(JwsWriter::kSigningTime - 1); }},  // NV-J23
    {"Plugin", [](auto& w) { list_present(w, kPlugin); }},
    {"PluginNotCritical", [](auto& w) { w.set_signed(kPlugin, json_text("x")); }},
    {"PluginNumber", [](auto& w) { w.set_signed(kPlugin, "1"); }},
    {"PluginEmpty", [](auto& w) { w.set_signed(kPlugin, json_text("")); }},
    {"VersionWithoutPlugin", [](auto& w) { w.set_signed(kMinVersion, json_text("1.0.0")); }},
};

void expect_refused(std::span<const Row> rows) {
  for (const auto& row : rows) {
    auto writer = samples::jws_writer();
    row.change(writer);
    const auto claims = read(writer);
    ASSERT_FALSE(claims) << row.name;
    EXPECT_EQ(claims.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(JwsAttributes, RefuseEachRow) { expect_refused(kRefused); }

TEST(JwsAttributes, RefuseEachRowAboutCrit) { expect_refused(kRefusedCritical); }

TEST(JwsAttributes, NameThePlugin) {
  auto writer = samples::jws_writer();
  list_present(writer, kPlugin);
  writer.set_signed(kPlugin, json_text("com.example.plugin"));
  EXPECT_NE(read(writer).error().detail.find("com.example.plugin"), std::string::npos);
}

}  // namespace
}  // namespace countersign::notation
