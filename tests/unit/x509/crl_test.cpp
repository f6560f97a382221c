// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/crl.h"

#include <string_view>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"

#include "revocation_pki.h"
#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum Criticality;

bool openssl_reads(const ByteVector& list) {
  const crypto::ErrorQueueGuard errors;
  const unsigned char* next = list.data();
  const crypto::OpensslPtr<X509_CRL, X509_CRL_free> crl(
      d2i_X509_CRL(nullptr, &next, static_cast<long>(list.size())));
  return crl != nullptr && next == list.data() + list.size();
}

TEST(Crl, OpensWhatTheIssuerSigned) {
  const ByteVector list = make_crl(
      {.entries = {revoked(pki().leaf.certificate())}, .delta_urls = {"http://a/1", "http://b/2"}},
      pki().ca);
  EXPECT_TRUE(openssl_reads(list));
  const auto crl = Crl::open(list, pki().ca.certificate());
  ASSERT_TRUE(crl) << crl.error().detail;
  EXPECT_EQ(crl->this_update(), kRevocationIssued);
  EXPECT_EQ(crl->next_update(), kRevocationEnds);
  EXPECT_FALSE(crl->is_delta());
  EXPECT_EQ(crl->delta_urls(), (std::vector<std::string>{"http://a/1", "http://b/2"}));
  EXPECT_GE(crl->bytes(), list.size() + 8);
}

TEST(Crl, KnowsADelta) {
  const auto crl =
      Crl::open(make_crl({.number = 2, .delta_base = 1}, pki().ca), pki().ca.certificate());
  ASSERT_TRUE(crl) << crl.error().detail;
  EXPECT_TRUE(crl->is_delta());
}

struct SignatureRow {
  std::string_view name;
  KeyType key;
  CrlSpec spec;
  bool good;
};

TEST(Crl, IsSignedStrongly) {
  using enum SignatureHash;
  const SignatureRow rows[] = {
      {"ECDSA", KeyType::P384, {.hash = Sha384}, true},
      {"RSA PKCS #1", KeyType::Rsa2048, {.hash = Sha512}, true},
      {"RSASSA-PSS", KeyType::Rsa2048, {.hash = Sha256, .pss = Pss{32, Sha256}}, true},
      {"Ed25519", KeyType::Ed25519, {}, true},
      {"ECDSA with SHA-1", KeyType::P384, {.hash = Sha1}, false},
      {"RSA with SHA-1", KeyType::Rsa2048, {.hash = Sha1}, false},
      {"RSA with MD5", KeyType::Rsa2048, {.hash = Md5}, false},
      {"RSASSA-PSS with SHA-1", KeyType::Rsa2048, {.hash = Sha1, .pss = Pss{20, Sha1}}, false},
      {"RSA 1024", KeyType::Rsa1024, {}, false},
  };
  for (const SignatureRow& row : rows) {
    const Signer root = Signer::self_signed(ca_spec(), key(row.key));
    EXPECT_EQ(Crl::open(make_crl(row.spec, root), root.certificate()).has_value(), row.good)
        << row.name;
  }
}

struct RefusedRow {
  std::string_view name;
  ByteVector list;
  Certificate issuer = pki().ca.certificate();
};

// At kNow.
Result<void> check(const ByteVector& list, const Certificate& issuer) {
  TRY(const Crl crl, Crl::open(list, issuer));
  return check_time(crl, kNow);
}

std::vector<RefusedRow> refused_lists() {
  const Signer& ca = pki().ca;
  const ByteVector good = make_crl({}, ca);
  CertificateSpec unfit_spec = ca_spec();
  unfit_spec.key_usage = critical_usage({KeyUsageBit::KeyCertSign});
  const Signer unfit = make_root(unfit_spec);
  const RawExtension unknown{kUnknownExtension, Critical, {0x05, 0x00}};
  ByteVector truncated = good;
  truncated.pop_back();
  ByteVector indefinite = der_concat({{0x30, 0x80}, good, {0x00, 0x00}});
  return {
      {"empty", {}},
      {"PEM",
       [&] {
         const std::string text = pem("X509 CRL", good);
         return ByteVector(text.begin(), text.end());
       }()},
      {"HTML", {'<', 'h', 't', 'm', 'l', '>'}},
      {"gzip", {0x1f, 0x8b, 0x08, 0x00}},
      {"truncated", truncated},
      {"bytes behind", der_concat({good, {0x00}})},
      {"indefinite length", indefinite},
      {"a fourth part", der_sequence({der_integer(1), der_integer(2)})},
      {"over the limit", ByteVector(limits::kCrlBytes + 1)},
      {"signed by another key", make_crl({}, pki().other_ca)},
      {"other issuer name", make_crl({.issuer_der = name_der({{"CN", "Somebody"}})}, ca)},
      {"two algorithms",
       make_crl({.inner_algorithm = der_sequence({der_oid("1.2.840.10045.4.3.3")})}, ca)},
      {"signed with SHA-1", make_crl({.hash = SignatureHash::Sha1}, ca)},
      {"of an issuer who may not sign lists", make_crl({}, unfit), unfit.certificate()},
      {"expired", make_crl({.next_update = kNow - 1s}, ca)},
      {"no nextUpdate", make_crl({.next_update = std::nullopt}, ca)},
      {"version absent", make_crl({.number = std::nullopt, .version = std::nullopt}, ca)},
      {"version 1", make_crl({.version = 1}, ca)},
      {"version 3", make_crl({.version = 3}, ca)},
      {"critical extension", make_crl({.more_extensions = {unknown}}, ca)},
      {"critical extension of an entry",
       make_crl({.entries = {{.serial = "77", .more_extensions = {unknown}}}}, ca)},
      {"addresses of deltas malformed",
       make_crl({.more_extensions = {{"2.5.29.46", NotCritical, {0x30, 0x00}}}}, ca)},
  };
}

// NV-R13
TEST(Crl, RefusesWhatIsNotTheIssuersList) {
  ASSERT_TRUE(check(make_crl({}, pki().ca), pki().ca.certificate()));
  for (const RefusedRow& row : refused_lists()) {
    const auto checked = check(row.list, row.issuer);
    ASSERT_FALSE(checked) << row.name;
    EXPECT_EQ(checked.error().reason, Reason::RevocationUnknown) << row.name;
  }
}

// REV-03
TEST(Crl, IsOfAnIssuerWhoMaySignLists) {
  struct Row {
    std::string_view name;
    std::optional<KeyUsage> usage;
    bool good;
  };
  const Row rows[] = {
      {"keyCertSign and cRLSign", critical_usage({KeyUsageBit::KeyCertSign, KeyUsageBit::CrlSign}),
       true},
      {"no key usage", {}, true},
      {"keyCertSign alone", critical_usage({KeyUsageBit::KeyCertSign}), false},
  };
  for (const Row& row : rows) {
    CertificateSpec spec = ca_spec();
    spec.key_usage = row.usage;
    const Signer root = make_root(spec);
    EXPECT_EQ(Crl::open(make_crl({}, root), root.certificate()).has_value(), row.good) << row.name;
    EXPECT_FALSE(Crl::open(make_crl({}, make_root(spec)), root.certificate())) << row.name;
  }
}

// Every byte of a list is signed, or is the signature, or holds them together.
TEST(Crl, RefusesEveryFlippedBit) {
  const ByteVector good =
      make_crl({.entries = {revoked(pki().leaf.certificate(), kKeyCompromise)}}, pki().ca);
  for (std::size_t at = 0; at < good.size(); ++at) {
    ByteVector changed = good;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (at % 8)));
    EXPECT_FALSE(Crl::open(changed, pki().ca.certificate())) << at;
  }
}

// What follows the issuer in the signed part, in an order of ours.
ByteVector list_of(const std::vector<ByteVector>& fields) {
  const Signer& ca = pki().ca;
  StructureSigner signer(ca.key(), SignatureHash::Sha256, {});
  const Bytes name = ca.certificate().subject_der();
  return signer.close(der_sequence({der_integer(1), signer.algorithm(),
                                    ByteVector(name.begin(), name.end()), der_concat(fields)}));
}

TEST(Crl, HasItsFieldsAndNoOthers) {
  const ByteVector from = der_time(kRevocationIssued);
  const ByteVector to = der_time(kRevocationEnds);
  const ByteVector entries = der_sequence({der_sequence({der_integer(5), from})});
  const ByteVector extensions = der_element(0xa0, der_sequence({}));
  struct Row {
    std::string_view name;
    std::vector<ByteVector> fields;
    bool good;
  };
  const Row rows[] = {
      {"all", {from, to, entries, extensions}, true},
      {"no extensions", {from, to, entries}, true},
      {"no entries", {from, to}, true},
      {"entries empty", {from, to, der_sequence({})}, true},
      {"times of both kinds", {der_generalized_time(kRevocationIssued), to}, true},
      {"nothing", {}, false},
      {"one time", {from}, false},
      {"time without its Z", {der_text(0x17, "2501010000000"), to}, false},
      {"time of a month 13", {from, der_text(0x17, "301301000000Z")}, false},
      {"entries twice", {from, to, entries, entries}, false},
      {"extensions twice", {from, to, extensions, extensions}, false},
      {"extensions first", {from, to, extensions, entries}, false},
      {"extensions without their SEQUENCE", {from, to, der_element(0xa0, {})}, false},
      {"a third time", {from, to, to}, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Crl::open(list_of(row.fields), pki().ca.certificate()).has_value(), row.good)
        << row.name;
  }
}

// REV-04
TEST(Crl, IsBelievedFromThisUpdateToNextUpdate) {
  const Time end = kNow + 24h;
  const auto crl = Crl::open(make_crl({.this_update = kNow, .next_update = end}, pki().ca),
                             pki().ca.certificate());
  ASSERT_TRUE(crl) << crl.error().detail;
  const std::pair<Time, bool> rows[] = {
      {kNow - limits::kRevocationSkew - 1s, false},
      {kNow - limits::kRevocationSkew, true},
      {kNow, true},
      {end, true},
      {end + 1s, false},
  };
  for (const auto& [now, good] : rows) {
    const auto checked = check_time(*crl, now);
    EXPECT_EQ(checked.has_value(), good) << (now - kNow).count();
    if (!checked) {
      EXPECT_EQ(checked.error().reason, Reason::RevocationUnknown);
    }
  }
}

}  // namespace
}  // namespace countersign::x509
