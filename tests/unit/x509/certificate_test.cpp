// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/certificate.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "countersign/codec/base64.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/digest.h"

#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

Time at(std::string_view text) { return codec::parse_rfc3339(text, Reason::Internal).value(); }

ByteVector der_of(const Certificate& certificate) {
  return {certificate.der().begin(), certificate.der().end()};
}

TEST(Certificate, ReadsWhatItCarries) {
  CertificateSpec spec = leaf_spec("C=US, ST=WA, O=Acme, CN=Signer");
  spec.serial = "0102ab";
  spec.not_before = at("2024-02-29T01:02:03Z");
  spec.not_after = at("2051-01-01T00:00:00Z");
  spec.ocsp_urls = {"http://ocsp.acme.example/a", "http://ocsp.acme.example/b"};
  spec.crl_urls = {"http://crl.acme.example/a.crl"};
  const Signer root = make_root();
  const Signer leaf = root.issue(spec, key(KeyType::Rsa2048));
  const Certificate& certificate = leaf.certificate();

  EXPECT_EQ(certificate.subject(), "CN=Signer,O=Acme,ST=WA,C=US");
  EXPECT_EQ(certificate.issuer(), "CN=Acme Root,O=Acme,ST=WA,C=US");
  EXPECT_TRUE(std::ranges::equal(certificate.issuer_der(), root.certificate().subject_der()));
  EXPECT_EQ(certificate.serial(), "0102ab");
  EXPECT_EQ(certificate.thumbprint(), codec::encode_hex(crypto::sha256(certificate.der())));
  EXPECT_EQ(certificate.not_before(), spec.not_before);
  EXPECT_EQ(certificate.not_after(), spec.not_after);
  EXPECT_EQ(certificate.public_key().description(), "RSA 2048");
  EXPECT_EQ(certificate.ocsp_urls(), spec.ocsp_urls);
  EXPECT_EQ(certificate.crl_urls(), spec.crl_urls);
  ASSERT_TRUE(certificate.extended_key_usage());
  EXPECT_EQ(certificate.extended_key_usage()->purposes, std::vector{std::string(kCodeSigning)});
}

TEST(Certificate, IsValidFromTheFirstToTheLastSecond) {
  CertificateSpec spec = leaf_spec();
  spec.not_before = at("2024-01-01T00:00:00Z");
  spec.not_after = at("2024-12-31T23:59:59Z");
  const Certificate certificate = make_root().issue(spec).certificate();
  EXPECT_FALSE(certificate.valid_at(spec.not_before - std::chrono::seconds(1)));
  EXPECT_TRUE(certificate.valid_at(spec.not_before));
  EXPECT_TRUE(certificate.valid_at(spec.not_after));
  EXPECT_FALSE(certificate.valid_at(spec.not_after + std::chrono::seconds(1)));
}

TEST(Certificate, WritesAnySerial) {  // NV-K33, CRT-15
  for (const std::string serial :
       {"01", "00", "-01", "-80", "7fffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffff",
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728"}) {
    CertificateSpec spec = leaf_spec();
    spec.serial = serial;
    EXPECT_EQ(make_root().issue(spec).certificate().serial(), serial);
  }
}

TEST(Certificate, OfVersion1HasNoExtensions) {  // NV-K29
  const Certificate certificate =
      Signer::self_signed({.subject = "CN=old", .version = 1}).certificate();
  EXPECT_FALSE(certificate.basic_constraints());
  EXPECT_FALSE(certificate.key_usage());
  EXPECT_FALSE(certificate.extended_key_usage());
}

TEST(Certificate, IgnoresOtherExtensionsWhateverTheyHold) {  // NV-K27, CRT-17
  CertificateSpec spec = leaf_spec();
  spec.more_extensions = {
      {"1.2.3.4.5", Criticality::Critical, {0xde, 0xad}},
      {"2.5.29.30", Criticality::Critical, {0x30, 0x00}},  // name constraints
      {"2.5.29.36", Criticality::Critical, {}},            // policy constraints
  };
  EXPECT_TRUE(Certificate::parse_der(make_root().issue_der(spec, new_key()), Reason::Internal));
}

// Replaces the one place where `from` stands.
ByteVector replaced(ByteVector der, std::string_view from, std::string_view to) {
  const Bytes old = as_bytes(from);
  const auto found = std::ranges::search(der, old);
  EXPECT_FALSE(found.empty()) << from;
  EXPECT_EQ(from.size(), to.size());
  std::ranges::copy(as_bytes(to), found.begin());
  return der;
}

struct Refused {
  std::string name;
  ByteVector der;
};

std::vector<Refused> mutations() {
  const ByteVector good = der_of(make_root().certificate());
  std::vector<Refused> rows{{"empty", {}}, {"text", {'c', 'e', 'r', 't'}}};
  rows.push_back({"trailing byte", good});
  rows.back().der.push_back(0);
  rows.push_back({"cut short", {good.begin(), good.end() - 1}});
  rows.push_back({"two certificates", good});
  rows.back().der.insert(rows.back().der.end(), good.begin(), good.end());
  // 30 82 hh ll -> 30 83 00 hh ll
  rows.push_back({"length in five bytes", good});
  rows.back().der[1] = 0x83;
  rows.back().der.insert(rows.back().der.begin() + 2, 0);
  rows.push_back({"time that is no time", replaced(good, "200101000000Z", "201301000000Z")});
  rows.push_back({"time with an offset", replaced(good, "200101000000Z", "2001010000+01")});
  rows.push_back({"constructed string", good});
  const auto name = std::ranges::search(rows.back().der, as_bytes("Acme Root"));
  *(name.begin() - 2) |= 0x20U;
  // OpenSSL reads any byte as TRUE and, within the signed part, writes it back as it came.
  rows.push_back({"critical as 01", good});
  const ByteVector key_usage_critical{0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff};
  *(std::ranges::search(rows.back().der, key_usage_critical).end() - 1) = 0x01;
  // sha256WithECDSA stands in the signed part and behind it; the second becomes sha384WithECDSA.
  rows.push_back({"two signature algorithms", good});
  const ByteVector sha256{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
  *(std::ranges::find_end(rows.back().der, sha256).end() - 1) = 0x03;  // NV-K26
  return rows;
}

std::vector<Refused> strange_specifications() {
  std::vector<Refused> rows;
  const auto add = [&rows](std::string name, const std::function<void(CertificateSpec&)>& change,
                           const Key& own = test::key(KeyType::P256)) {
    CertificateSpec spec = leaf_spec();
    change(spec);
    rows.push_back({std::move(name), make_root().issue_der(spec, own)});
  };
  add("two key usages", [](CertificateSpec& spec) {  // NV-K28
    spec.more_extensions = {{"2.5.29.15", Criticality::Critical, {0x03, 0x02, 0x07, 0x80}}};
  });
  add("extensions in version 1", [](CertificateSpec& spec) { spec.version = 1; });
  add("extensions in version 2", [](CertificateSpec& spec) { spec.version = 2; });
  add("version 4", [](CertificateSpec& spec) { spec.version = 4; });
  add("name of 9 KiB", [](CertificateSpec& spec) {  // CRT-13
    spec.subject_der = name_der({{"CN", std::string(9 * 1024, 'a')}});
  });
  add("larger than the limit", [](CertificateSpec& spec) {  // CRT-13
    spec.more_extensions = {{"1.2.3", Criticality::NotCritical, ByteVector(65 * 1024)}};
  });
  add("RSA key of 8193 bits", [](CertificateSpec&) {}, rsa_public_key(8193));
  return rows;
}

TEST(Certificate, ParseRefusesWhatIsNotStrictlyACertificate) {
  auto rows = mutations();
  std::ranges::move(strange_specifications(), std::back_inserter(rows));
  for (const Refused& row : rows) {
    const auto certificate = Certificate::parse_der(row.der, Reason::BadConfig);
    ASSERT_FALSE(certificate) << row.name;
    EXPECT_EQ(certificate.error().reason, Reason::BadConfig) << row.name;
    EXPECT_EQ(ERR_peek_error(), 0U) << row.name;
  }
}

TEST(Certificate, IsIssuedByTheKeyWithTheName) {
  const Signer root = make_root();
  const Signer other = make_root();  // same name, other key
  const Certificate leaf = root.issue(leaf_spec()).certificate();
  EXPECT_TRUE(leaf.issued_by(root.certificate()));
  EXPECT_FALSE(leaf.issued_by(other.certificate()));  // CRT-11
  EXPECT_FALSE(leaf.issued_by(leaf));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

// Once found, a match is remembered, which must not reach to others.
TEST(Certificate, IsIssuedByTheSameAgainAndByNobodyElse) {
  const Signer root = make_root();
  const Certificate twin = make_root().certificate();  // same name, other key
  const Certificate leaf = root.issue(leaf_spec()).certificate();
  const Certificate fresh = parse(leaf.der());
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(leaf.issued_by(twin)) << round;
    EXPECT_TRUE(leaf.issued_by(root.certificate())) << round;
    EXPECT_TRUE(Certificate(leaf).issued_by(parse(root.certificate().der()))) << round;
    EXPECT_FALSE(leaf.self_signed()) << round;
    EXPECT_FALSE(fresh.issued_by(twin)) << round;
  }
  const Certificate again = Signer::self_signed(ca_spec(), root.key()).certificate();
  EXPECT_TRUE(leaf.issued_by(again)) << "the same key in another certificate";
}

// CVE-2020-0601: the curve comes from the certificate.
TEST(Certificate, IsNotIssuedByAKeyWithExplicitParameters) {
  const Signer root = Signer::self_signed(ca_spec(), key(KeyType::P256Explicit));
  EXPECT_EQ(root.certificate().public_key().description(), "EC with explicit parameters");
  EXPECT_FALSE(root.certificate().self_signed());
  EXPECT_FALSE(root.issue(leaf_spec()).certificate().issued_by(root.certificate()));
}

TEST(Certificate, ComparesIssuersByRawBytes) {  // NV-K34
  const Signer root = make_root(ca_spec("O=Acme Root"));
  const std::pair<std::string_view, ByteVector> rows[] = {
      {"case", name_der({{"O", "ACME root"}})},
      {"white space", name_der({{"O", "Acme  Root"}})},
      {"string type", name_der({{"O", "Acme Root", V_ASN1_PRINTABLESTRING}})},
  };
  for (const auto& [name, issuer] : rows) {
    CertificateSpec spec = leaf_spec();
    spec.issuer_der = issuer;
    EXPECT_FALSE(root.issue(spec).certificate().issued_by(root.certificate())) << name;
  }
}

TEST(Certificate, IsSelfSignedByItsOwnKey) {
  const Signer root = make_root();
  EXPECT_TRUE(root.certificate().self_signed());
  // Same names, signed by the root's key: self-issued only.
  EXPECT_FALSE(
      root.issue(leaf_spec("C=US, ST=WA, O=Acme, CN=Acme Root")).certificate().self_signed());
  CertificateSpec other_issuer = leaf_spec();
  other_issuer.issuer_der = name_der({{"CN", "somebody"}});
  EXPECT_FALSE(Signer::self_signed(other_issuer).certificate().self_signed());  // NV-K03
}

TEST(Certificate, KnowsWeakSignatures) {
  const Key& rsa = key(KeyType::Rsa2048);
  struct Row {
    std::string_view name;
    Key key;
    SignatureHash hash;
    std::optional<Pss> pss;
    SignatureStrength strength;
  };
  using enum SignatureStrength;
  const Row rows[] = {
      {"RSA SHA-256", rsa, SignatureHash::Sha256, {}, Strong},
      {"RSA SHA-384", rsa, SignatureHash::Sha384, {}, Strong},
      {"RSA SHA-512", rsa, SignatureHash::Sha512, {}, Strong},
      {"RSA SHA-1", rsa, SignatureHash::Sha1, {}, Weak},
      {"RSA MD5", rsa, SignatureHash::Md5, {}, Weak},
      {"ECDSA SHA-256", key(KeyType::P256), SignatureHash::Sha256, {}, Strong},
      {"ECDSA SHA-512", key(KeyType::P256), SignatureHash::Sha512, {}, Strong},
      {"ECDSA SHA-1", key(KeyType::P256), SignatureHash::Sha1, {}, Weak},
      {"Ed25519", key(KeyType::Ed25519), SignatureHash::Sha256, {}, Strong},
      {"PSS SHA-256", rsa, SignatureHash::Sha256, Pss{}, Strong},
      {"PSS short salt", rsa, SignatureHash::Sha256, Pss{20, SignatureHash::Sha256},
       Weak},  // CRT-19
      {"PSS mask of SHA-1", rsa, SignatureHash::Sha256, Pss{32, SignatureHash::Sha1}, Weak},
      {"PSS SHA-1", rsa, SignatureHash::Sha1, Pss{20, SignatureHash::Sha1}, Weak},
  };
  for (const Row& row : rows) {
    CertificateSpec spec = ca_spec();
    spec.hash = row.hash;
    spec.pss = row.pss;
    const Certificate certificate = Signer::self_signed(spec, row.key).certificate();
    EXPECT_EQ(certificate.signature_strength(), row.strength) << row.name;
    EXPECT_TRUE(certificate.self_signed()) << row.name;
  }
}

TEST(Certificate, IsEqualByItsBytes) {
  const Signer root = make_root();
  EXPECT_EQ(root.certificate(), parse(root.certificate().der()));
  const Signer again = Signer::self_signed(ca_spec(), root.key());  // same name and key
  EXPECT_FALSE(root.certificate() == again.certificate());
}

TEST(Certificate, IsReadByManyThreads) {
  const Chain chain = make_leaf(key(KeyType::Rsa2048)).chain();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&chain, &good] {
        for (int round = 0; round < 20; ++round) {
          good += chain[0].issued_by(chain[1]) && chain[1].issued_by(chain[2]) &&
                          chain[2].self_signed() && !chain[0].self_signed()
                      ? 1
                      : 0;
        }
      });
    }
  }
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace countersign::x509
