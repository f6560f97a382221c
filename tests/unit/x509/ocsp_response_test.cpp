// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/ocsp.h"

#include "revocation_pki.h"
#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Kind = RevocationStatus::Kind;

Result<OcspAnswer> read(Bytes response, Time now = kNow) {
  return read_ocsp(response, pki().leaf.certificate(), pki().ca.certificate(), now);
}

Result<OcspAnswer> answer(const OcspSpec& spec, const Signer& responder = pki().ca) {
  return read(make_ocsp(spec, pki().leaf.certificate(), pki().ca, responder));
}

TEST(OcspResponse, SaysGood) {
  const ByteVector response = make_ocsp({}, pki().leaf.certificate(), pki().ca);
  const unsigned char* next = response.data();
  const crypto::OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free> reference(
      d2i_OCSP_RESPONSE(nullptr, &next, static_cast<long>(response.size())));
  EXPECT_NE(reference, nullptr);  // the equipment makes what OpenSSL reads
  const auto good = read(response);
  ASSERT_TRUE(good) << good.error().detail;
  EXPECT_EQ(good->status.kind, Kind::Good);
  EXPECT_EQ(good->status.since, std::nullopt);
  EXPECT_FALSE(good->delegate);
}

TEST(OcspResponse, SaysRevoked) {
  const auto plain = answer({.status = OcspStatus::Revoked, .reason = kKeyCompromise});
  ASSERT_TRUE(plain) << plain.error().detail;
  EXPECT_EQ(plain->status.kind, Kind::Revoked);
  EXPECT_EQ(plain->status.since, std::nullopt);
  EXPECT_NE(plain->status.detail.find("keyCompromise"), std::string::npos);
  const auto dated = answer({.status = OcspStatus::Revoked, .invalid_since = kRevokedAt});
  ASSERT_TRUE(dated) << dated.error().detail;
  EXPECT_EQ(dated->status.kind, Kind::Revoked);
  EXPECT_EQ(dated->status.since, kRevokedAt);
  EXPECT_EQ(answer({.invalid_since = kRevokedAt})->status.since, std::nullopt);  // good is good
  EXPECT_EQ(answer({.status = OcspStatus::Revoked, .reason = kCertificateHold})->status.kind,
            Kind::Revoked);
}

TEST(OcspResponse, SaysUnknown) {
  const auto unknown = answer({.status = OcspStatus::Unknown});
  ASSERT_TRUE(unknown) << unknown.error().detail;
  EXPECT_EQ(unknown->status.kind, Kind::Unknown);
}

TEST(OcspResponse, MayBeWrittenInSeveralWays) {
  const std::pair<std::string_view, OcspSpec> rows[] = {
      {"id by SHA-256", {.id_hash = SignatureHash::Sha256}},
      {"responder by key", {.responder_id = ResponderId::ByKey}},
      {"nonce that nobody asked for",
       {.response_extensions = {{"1.3.6.1.5.5.7.48.1.2", Criticality::NotCritical, {4, 1, 7}}}}},
      {"other answers before", {.serials_before = {"0a", "0b"}}},
      {"version written out", {.version = 1}},
      {"its CA along", {.embedded = {pki().ca.certificate()}}},
  };
  for (const auto& [name, spec] : rows) {
    const auto good = answer(spec);
    ASSERT_TRUE(good) << name << ": " << good.error().detail;
    EXPECT_EQ(good->status.kind, Kind::Good) << name;
  }
}

TEST(OcspResponse, NamesADelegateWhoHasToBeAskedAbout) {
  const Signer beyond_check = pki().ca.issue(responder_spec());
  const auto good = answer({.embedded = {beyond_check.certificate()}}, beyond_check);
  ASSERT_TRUE(good) << good.error().detail;
  EXPECT_FALSE(good->delegate);
  CertificateSpec spec = responder_spec();
  spec.more_extensions.clear();
  const Signer delegate = pki().ca.issue(spec);
  for (const ResponderId id : {ResponderId::ByName, ResponderId::ByKey}) {
    const auto asked = answer({.responder_id = id, .embedded = {delegate.certificate()}}, delegate);
    ASSERT_TRUE(asked) << asked.error().detail;
    EXPECT_EQ(asked->delegate, delegate.certificate());
  }
}

void expect_refused(std::string_view name, const Result<OcspAnswer>& answer) {
  ASSERT_FALSE(answer) << name;
  EXPECT_EQ(answer.error().reason, Reason::RevocationUnknown) << name;
}

// NV-R05
TEST(OcspResponse, IsSuccessful) {
  for (const std::int64_t status : {1, 2, 3, 4, 5, 6, 7, 300, -1}) {
    expect_refused(std::to_string(status), answer({.response_status = status}));
  }
}

// NV-R07
TEST(OcspResponse, IsAboutTheCertificate) {
  const std::pair<std::string_view, OcspSpec> rows[] = {
      {"another serial", {.id_serial = "77"}},
      {"another name of the issuer", {.id_name_of = pki().root.certificate()}},
      {"another key of the issuer", {.id_key_of = pki().other_ca.certificate()}},
      {"hash that names nobody", {.id_hash = SignatureHash::Md5}},
      {"two answers", {.serials_before = {pki().leaf.certificate().serial()}}},
  };
  for (const auto& [name, spec] : rows) {
    expect_refused(name, answer(spec));
  }
}

struct ResponderRow {
  std::string_view name;
  Signer responder;
  OcspSpec spec = {};
};

// With its own certificate along.
ResponderRow along(std::string_view name, const Signer& responder) {
  return {name, responder, {.embedded = {responder.certificate()}}};
}

std::vector<ResponderRow> unfit_responders() {
  const Signer& ca = pki().ca;
  CertificateSpec no_purpose = responder_spec();
  no_purpose.extended_key_usage.reset();
  CertificateSpec expired = responder_spec();
  expired.not_after = kNow - 1s;
  return {
      {"stranger", pki().other_ca},
      along("stranger along", pki().other_ca),
      along("leaf", pki().leaf),
      along("delegate without OCSPSigning", ca.issue(no_purpose)),
      along("delegate expired", ca.issue(expired)),
      along("delegate of another CA", pki().root.issue(responder_spec())),
      {"SHA-1", ca, {.hash = SignatureHash::Sha1}},
      {"too old", ca, {.next_update = kNow - 1s}},
      {"off topic", ca, {.id_serial = "77"}},
  };
}

// NV-R08, REV-10: more about delegates is in ocsp_responder_test.cpp.
TEST(OcspResponse, IsSignedByOneWhoMayAnswer) {
  ASSERT_TRUE(answer({}));
  for (const ResponderRow& row : unfit_responders()) {
    expect_refused(row.name, answer(row.spec, row.responder));
  }
}

struct TimeRow {
  std::string_view name;
  OcspSpec spec;
  std::optional<Time> fresh_until;  // nullopt: refused
};

// NV-R06, NV-R09
TEST(OcspResponse, IsOfNow) {
  constexpr Time kAhead = kNow + limits::kRevocationSkew;
  const TimeRow rows[] = {
      {"long", {}, OcspSpec{}.next_update},
      {"short", {.next_update = kNow + 60s}, kNow + 60s},
      {"last second", {.next_update = kNow}, kNow},
      {"past", {.next_update = kNow - 1s}, {}},
      {"no end", {.next_update = {}}, {}},
      {"begins a little later", {.this_update = kAhead}, OcspSpec{}.next_update},
      {"begins later", {.this_update = kAhead + 1s}, {}},
      {"made a little later", {.produced = kAhead}, OcspSpec{}.next_update},
      {"made later", {.produced = kAhead + 1s}, {}},
  };
  for (const TimeRow& row : rows) {
    const auto found = answer(row.spec);
    if (!row.fresh_until) {
      expect_refused(row.name, found);
      continue;
    }
    ASSERT_TRUE(found) << row.name << ": " << found.error().detail;
    EXPECT_EQ(found->status.fresh_until, *row.fresh_until) << row.name;
  }
}

// A sequence that has `element` behind the status.
ByteVector behind_status(const ByteVector& element) {
  return der_sequence({der_integer(0, 0x0a), element});
}

ByteVector response_bytes(const ByteVector& basic) {
  return behind_status(
      der_element(0xa0, der_sequence({der_oid("1.3.6.1.5.5.7.48.1.1"), der_octets(basic)})));
}

TEST(OcspResponse, IsOne) {
  const ByteVector good = make_ocsp({}, pki().leaf.certificate(), pki().ca);
  ASSERT_TRUE(read(good));
  const RawExtension critical{kUnknownExtension, Criticality::Critical, {0x05, 0x00}};
  const ByteVector sequence = der_sequence({});
  const std::pair<std::string_view, ByteVector> rows[] = {
      {"empty", {}},
      {"HTML", {'<', 'h', 't', 'm', 'l', '>'}},
      {"bytes behind", der_concat({good, {0x00}})},
      {"over the limit", der_octets(ByteVector(limits::kOcspResponseBytes))},
      {"no status", sequence},
      {"no body", der_sequence({der_integer(0, 0x0a)})},
      {"body empty", behind_status(der_element(0xa0, {}))},
      {"two bodies",
       der_sequence({der_integer(0, 0x0a), der_element(0xa0, {}), der_element(0xa0, {})})},
      {"body not DER", response_bytes({0x30, 0x80, 0x00, 0x00})},
      {"body empty SEQUENCE", response_bytes(sequence)},
      {"certificate that is none",
       response_bytes(der_sequence({sequence, sequence, der_bits({1}),
                                    der_element(0xa0, der_sequence({der_integer(1)}))}))},
      {"certificates without their SEQUENCE",
       response_bytes(der_sequence({sequence, sequence, der_bits({1}), der_element(0xa0, {})}))},
      {"another type",
       make_ocsp({.response_type = "1.3.6.1.5.5.7.48.1.9"}, pki().leaf.certificate(), pki().ca)},
      {"version 2", make_ocsp({.version = 2}, pki().leaf.certificate(), pki().ca)},
      {"critical extension",
       make_ocsp({.response_extensions = {critical}}, pki().leaf.certificate(), pki().ca)},
      {"critical extension of the answer",
       make_ocsp({.single_extensions = {critical}}, pki().leaf.certificate(), pki().ca)},
  };
  for (const auto& [name, response] : rows) {
    expect_refused(name, read(response));
  }
}

TEST(OcspResponse, RefusesAMalformedId) {
  const auto singles = [](const ByteVector& id) {
    return der_sequence(
        {der_sequence({id, der_element(0x80, {}), der_generalized_time(kRevocationIssued)})});
  };
  const Bytes name = pki().ca.certificate().subject_der();
  StructureSigner signer(pki().ca.key(), SignatureHash::Sha256, {});
  const ByteVector basic = signer.close(
      der_sequence({der_element(0xa1, ByteVector(name.begin(), name.end())),
                    der_generalized_time(kRevocationIssued), singles(der_sequence({}))}));
  expect_refused("id", read(response_bytes(basic)));
}

// Every byte is signed, or is the signature, or holds them together.
TEST(OcspResponse, RefusesEveryFlippedBit) {
  const ByteVector good = make_ocsp({}, pki().leaf.certificate(), pki().ca);
  for (std::size_t at = 0; at < good.size(); ++at) {
    ByteVector changed = good;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (at % 8)));
    EXPECT_FALSE(read(changed)) << at;
  }
}

}  // namespace
}  // namespace countersign::x509
