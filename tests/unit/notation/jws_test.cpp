// SPDX-License-Identifier: Apache-2.0
#include "notation/jws.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using test::json_object;
using test::json_text;
using test::JsonMember;
using test::JwsWriter;

struct Malformation {
  const char* name;
  std::function<ByteVector()> write;
};

ByteVector with(const std::function<void(JwsWriter&)>& change) {
  JwsWriter writer = samples::jws_writer();
  change(writer);
  return writer.write();
}

ByteVector with_members(const std::function<void(std::vector<JsonMember>&)>& change) {
  auto members = samples::jws_writer().members();
  change(members);
  return JwsWriter::bytes(json_object(members));
}

std::string good() { return json_object(samples::jws_writer().members()); }

// The protected header, changed as text before it is encoded.
ByteVector with_header(const std::function<std::string(std::string)>& change) {
  return with([&](auto& w) { w.header_content = change(w.signed_header()); });
}

ByteVector with_protected(const std::function<std::string(std::string)>& change) {
  return with([&](auto& w) { w.protected_text = change(w.protected_member()); });
}

std::string utf16(std::string_view text) {
  std::string out = "\xFF\xFE";
  for (const char c : text) {
    out += {c, '\0'};
  }
  return out;
}

// The last character of base64url over two bytes has two bits that mean nothing.
std::string loose_bits(JwsWriter& writer) {
  std::string padding;
  do {
    writer.set_signed("pad", json_text(padding += 'x'));
  } while (writer.signed_header().size() % 3 != 2);
  std::string encoded = writer.protected_member();
  encoded.back() = static_cast<char>(encoded.back() + 1);
  return encoded;
}

std::string compact() {
  const auto writer = samples::jws_writer();
  return writer.to_be_signed() + "." + writer.signature_member();
}

ByteVector general(std::size_t signatures) {
  const auto members = samples::jws_writer().members();
  const std::string one = json_object({members[1], members[2], members[3]});
  std::string list;
  for (std::size_t i = 0; i < signatures; ++i) {
    list += (i > 0 ? "," : "") + one;
  }
  return JwsWriter::bytes(json_object({members[0], {"signatures", "[" + list + "]"}}));
}

ByteVector twice(const char* name) {
  return with_members(
      [&](auto& all) { all.push_back(*std::ranges::find(all, name, &JsonMember::first)); });
}

ByteVector renamed(const char* name, const char* other) {
  return with_members(
      [&](auto& all) { std::ranges::find(all, name, &JsonMember::first)->first = other; });
}

ByteVector without(const char* name) {
  return with_members([&](auto& all) {
    std::erase_if(all, [&](const JsonMember& member) { return member.first == name; });
  });
}

const Malformation kDocuments[] = {
    {"Empty", [] { return ByteVector{}; }},                           // NV-J01
    {"Text", [] { return JwsWriter::bytes("not JSON"); }},            // NV-J01
    {"EmptyObject", [] { return JwsWriter::bytes("{}"); }},           // NV-J01
    {"TrailingText", [] { return JwsWriter::bytes(good() + "x"); }},  // NV-J01
    {"Array", [] { return JwsWriter::bytes("[" + good() + "]"); }},   // NV-J01
    {"Compact", [] { return JwsWriter::bytes(compact()); }},          // NV-J02 JWS-08
    {"CompactString", [] { return JwsWriter::bytes(json_text(compact())); }},
    {"GeneralWithNone", [] { return general(0); }},  // NV-J02 JWS-08
    {"GeneralWithOne", [] { return general(1); }},   // NV-J02 JWS-08
    {"GeneralWithTwo", [] { return general(2); }},   // NV-J02 JWS-08
    {"MemberMore",
     [] { return with_members([](auto& a) { a.emplace_back("x", "1"); }); }},  // NV-J03
    {"MemberSignatures",                                                       // NV-J03
     [] { return with_members([](auto& a) { a.emplace_back("signatures", "[]"); }); }},
    {"PayloadTwice", [] { return twice("payload"); }},                    // NV-J04 JWS-09
    {"ProtectedTwice", [] { return twice("protected"); }},                // NV-J04 JWS-09
    {"HeaderTwice", [] { return twice("header"); }},                      // NV-J04 JWS-09
    {"SignatureTwice", [] { return twice("signature"); }},                // NV-J04 JWS-09
    {"PayloadCase", [] { return renamed("payload", "Payload"); }},        // NV-J06
    {"ProtectedCase", [] { return renamed("protected", "PROTECTED"); }},  // NV-J06
    {"PayloadMissing", [] { return without("payload"); }},
    {"ProtectedMissing", [] { return without("protected"); }},
    {"SignatureMissing", [] { return without("signature"); }},  // NV-J27
    {"HeaderMissing", [] { return without("header"); }},        // NV-J31
    {"HeaderNull", [] { return with([](auto& w) { w.unsigned_json = "null"; }); }},
    {"HeaderArray", [] { return with([](auto& w) { w.unsigned_json = "[]"; }); }},
    {"HeaderMemberTwice",  // JWS-09
     [] { return with([](auto& w) { w.unsigned_json = R"({"x5c":[],"x5c":[]})"; }); }},
    {"PayloadNumber", [] { return with_members([](auto& all) { all[0].second = "1"; }); }},
    {"SignatureNull", [] { return with_members([](auto& all) { all[3].second = "null"; }); }},
    {"ByteOrderMark", [] { return JwsWriter::bytes("\xEF\xBB\xBF" + good()); }},  // NV-J34
    {"Utf16", [] { return JwsWriter::bytes(utf16(good())); }},                    // NV-J34
    {"NulByte", [] { return JwsWriter::bytes(good() + std::string(1, '\0')); }},  // NV-J34
    {"HundredLevels",                                                             // NV-J34
     [] {
       return with(
           [](auto& w) { w.set_unsigned("deep", std::string(100, '[') + std::string(100, ']')); });
     }},
};

const Malformation kEncodings[] = {
    {"ProtectedEmpty", [] { return with_protected([](auto) { return ""; }); }},  // NV-J07
    {"ProtectedPadded",                                                          // NV-J07 JWS-07
     [] { return with_protected([](auto text) { return text + "="; }); }},
    {"ProtectedStandardAlphabet",  // NV-J07 JWS-07
     [] { return with_protected([](auto text) { return text + "+/+/"; }); }},
    {"ProtectedBlank",  // NV-J07 JWS-07
     [] { return with_protected([](auto text) { return text.insert(4, " "); }); }},
    {"ProtectedNewline",  // NV-J07 JWS-07
     [] { return with_protected([](auto text) { return text + "\r\n"; }); }},
    {"ProtectedLooseBits",  // NV-J07 JWS-07
     [] { return with([](auto& w) { w.protected_text = loose_bits(w); }); }},
    {"PayloadNotBase64url",  // NV-J25
     [] { return with([](auto& w) { w.payload_text = "{}"; }); }},
    {"PayloadEmpty", [] { return with([](auto& w) { w.payload_text = ""; }); }},
    {"PayloadPadded",  // JWS-07
     [] { return with([](auto& w) { w.payload_text = w.payload_member() + "="; }); }},
    {"SignatureEmpty", [] { return with([](auto& w) { w.signature_text = ""; }); }},  // NV-J27
    {"SignatureNotBase64url",                                                         // NV-J27
     [] { return with([](auto& w) { w.signature_text = "a+b/"; }); }},
    {"SignaturePadded",  // JWS-07
     [] { return with([](auto& w) { w.signature_text = w.signature_member() + "=="; }); }},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

const Malformation kHeaders[] = {
    {"Array", [] { return with_header([](auto) { return "[]"; }); }},         // NV-J08
    {"String", [] { return with_header([](auto) { return R"("alg")"; }); }},  // NV-J08
    {"Number", [] { return with_header([](auto) { return "1"; }); }},         // NV-J08
    {"NotUtf8",                                                               // NV-J08
     [] { return with_header([](auto text) { return replaced(text, "cty", "c\xFFy"); }); }},
    {"ByteOrderMark",  // NV-J34
     [] { return with_header([](auto text) { return "\xEF\xBB\xBF" + text; }); }},
    {"Utf16", [] { return with_header([](auto text) { return utf16(text); }); }},  // NV-J34
    {"NulByte",                                                                    // NV-J34
     [] { return with_header([](auto text) { return text + std::string(1, '\0'); }); }},
    {"HundredLevels",  // NV-J34
     [] {
       return with(
           [](auto& w) { w.set_signed("deep", std::string(100, '[') + std::string(100, ']')); });
     }},
    {"AlgorithmTwiceGoodFirst",  // NV-J05 JWS-09
     [] {
       return with_header([](auto t) { return replaced(t, "\"crit\"", R"("alg":"none","crit")"); });
     }},
    {"AlgorithmTwiceGoodLast",  // NV-J05 JWS-09
     [] { return with_header([](auto t) { return replaced(t, "{", R"({"alg":"none",)"); }); }},
    {"UnencodedPayload",  // NV-J17 JWS-10
     [] { return with([](auto& w) { w.set_signed("b64", "false"); }); }},
    {"UnencodedPayloadCritical",  // NV-J17 JWS-10
     [] {
       return with([](auto& w) {
         w.set_signed("b64", "false")
             .set_signed("crit", test::json_texts({"io.cncf.notary.signingScheme", "b64"}));
       });
     }},
    {"EncodedPayloadSaid",  // NV-J17
     [] { return with([](auto& w) { w.set_signed("b64", "true"); }); }},
    {"InBothHeaders",  // JWS-09
     [] { return with([](auto& w) { w.set_signed("kid", "1").set_unsigned("kid", "1"); }); }},
    {"CertificatesInBothHeaders",  // JWS-09
     [] { return with([](auto& w) { w.set_signed("x5c", "[]"); }); }},
};

const char* const kSignedOnly[] = {"alg",
                                   "crit",
                                   "cty",
                                   "b64",
                                   "io.cncf.notary.signingScheme",
                                   "io.cncf.notary.signingTime",
                                   "io.cncf.notary.authenticSigningTime",
                                   "io.cncf.notary.expiry",
                                   "io.cncf.notary.verificationPlugin",
                                   "io.cncf.notary.verificationPluginMinVersion"};

void expect_refused(std::span<const Malformation> rows) {
  for (const auto& row : rows) {
    const auto jws = Jws::parse(row.write());
    ASSERT_FALSE(jws) << row.name;
    EXPECT_EQ(jws.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(Jws, AcceptsWhatTheWriterWritesUntouched) {
  const auto writer = samples::jws_writer();
  const auto jws = Jws::parse(writer.write());
  ASSERT_TRUE(jws) << jws.error().detail;
  const auto content = jws->verify(samples::signer().key().public_key());
  ASSERT_TRUE(content) << content.error().detail;
  EXPECT_EQ(as_text(content->payload()), test::payload_of(samples::image()));
  EXPECT_EQ(content->header().members().size(), 5U);
  EXPECT_EQ(jws->signature().size(), 64U);
}

TEST(Jws, RefusesEveryMalformedDocument) { expect_refused(kDocuments); }

TEST(Jws, RefusesEveryOtherEncoding) { expect_refused(kEncodings); }

TEST(Jws, RefusesEveryMalformedHeader) { expect_refused(kHeaders); }

TEST(Jws, RefusesInTheUnprotectedHeaderWhatMustBeSigned) {
  for (const char* name : kSignedOnly) {
    JwsWriter writer = samples::jws_writer();
    writer.drop_signed(name).set_unsigned(name, "1");
    EXPECT_FALSE(Jws::parse(writer.write())) << name;
  }
}

TEST(Jws, RefusesEveryTruncation) {  // NV-J01
  const std::string envelope = good();
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    EXPECT_FALSE(Jws::parse(as_bytes(envelope.substr(0, size)))) << size;
  }
}

TEST(Jws, LimitsTheNumberOfParametersInEitherHeader) {
  JwsWriter in_protected = samples::jws_writer();
  JwsWriter in_unprotected = samples::jws_writer();
  for (std::size_t i = 0; i < limits::kHeaderAttributes - 1; ++i) {  // and x5c
    in_unprotected.set_unsigned("u" + std::to_string(i), "1");
  }
  for (std::size_t i = 0; i < limits::kHeaderAttributes - 5; ++i) {  // and the five needed
    in_protected.set_signed("s" + std::to_string(i), "1");
  }
  EXPECT_TRUE(Jws::parse(in_protected.write()));
  EXPECT_TRUE(Jws::parse(in_unprotected.write()));
  in_protected.set_signed("more", "1");
  in_unprotected.set_unsigned("more", "1");
  EXPECT_FALSE(Jws::parse(in_protected.write()));
  EXPECT_FALSE(Jws::parse(in_unprotected.write()));
}

TEST(Jws, AcceptsAnEnvelopeAtTheLimitAndNoLarger) {
  const std::string envelope = good();
  const std::string spaces(limits::kEnvelopeBytes - envelope.size(), ' ');
  EXPECT_TRUE(Jws::parse(as_bytes(envelope + spaces)));
  EXPECT_FALSE(Jws::parse(as_bytes(envelope + spaces + " ")));
}

}  // namespace
}  // namespace countersign::notation
