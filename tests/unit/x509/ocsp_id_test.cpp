// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_id.h"

#include <string_view>

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "countersign/crypto/openssl_ptr.h"

#include "revocation_pki.h"
#include "support/demand.h"
#include "support/der_writer.h"
#include "x509/der.h"

namespace countersign::x509 {
namespace {

using namespace test;

crypto::X509Ptr native(const Certificate& certificate) {
  const unsigned char* next = certificate.der().data();
  return crypto::X509Ptr(d2i_X509(nullptr, &next, static_cast<long>(certificate.der().size())));
}

// As OpenSSL makes it.
ByteVector reference_id(const EVP_MD* hash, const Certificate& certificate,
                        const Certificate& issuer) {
  const crypto::OpensslPtr<OCSP_CERTID, OCSP_CERTID_free> id(
      OCSP_cert_to_id(hash, native(certificate).get(), native(issuer).get()));
  return encode<OCSP_CERTID, i2d_OCSP_CERTID>(id.get());
}

OcspIdMatch match(const ByteVector& id) {
  const auto content = content_of(id, der::kSequence);
  EXPECT_TRUE(content);
  return match_ocsp_id(content.value_or(Bytes{}), pki().leaf.certificate(), pki().ca.certificate());
}

TEST(OcspId, IsTheOneThatOpensslMakes) {
  EXPECT_EQ(ocsp_id(pki().leaf.certificate(), pki().ca.certificate()),
            reference_id(EVP_sha1(), pki().leaf.certificate(), pki().ca.certificate()));
}

TEST(OcspId, MatchesByEveryHashThatWeKnow) {
  for (const EVP_MD* hash : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    EXPECT_EQ(match(reference_id(hash, pki().leaf.certificate(), pki().ca.certificate())),
              OcspIdMatch::Same);
  }
  EXPECT_EQ(match(reference_id(EVP_md5(), pki().leaf.certificate(), pki().ca.certificate())),
            OcspIdMatch::Other);
}

TEST(OcspId, IsAnothers) {
  const Certificate& leaf = pki().leaf.certificate();
  EXPECT_EQ(match(reference_id(EVP_sha1(), pki().neighbour.certificate(), pki().ca.certificate())),
            OcspIdMatch::Other);
  // The same serial number, of an issuer with another name, and with another key.
  EXPECT_EQ(match(reference_id(EVP_sha1(), leaf, pki().root.certificate())), OcspIdMatch::Other);
  EXPECT_EQ(match(reference_id(EVP_sha1(), leaf, pki().other_ca.certificate())),
            OcspIdMatch::Other);
}

TEST(OcspId, IsMalformed) {
  const ByteVector algorithm = der_sequence({der_oid("1.3.14.3.2.26")});
  const ByteVector hash = der_octets(ByteVector(20));
  const ByteVector serial = der_integer(1);
  const ByteVector rows[] = {
      der_sequence({}),
      der_sequence({algorithm, hash, hash}),
      der_sequence({algorithm, hash, serial}),
      der_sequence({hash, hash, serial}),
      der_sequence({algorithm, hash, hash, serial, serial}),
  };
  for (const ByteVector& row : rows) {
    EXPECT_EQ(match(row), OcspIdMatch::Malformed);
  }
  EXPECT_EQ(match(der_sequence({algorithm, hash, hash, serial})), OcspIdMatch::Other);
}

TEST(OcspId, KeyHashIsOfOneKey) {
  const crypto::X509Ptr ca = native(pki().ca.certificate());
  ByteVector hash(20);
  ASSERT_EQ(X509_pubkey_digest(ca.get(), EVP_sha1(), hash.data(), nullptr), 1);
  EXPECT_TRUE(is_key_hash(hash, pki().ca.certificate()));
  EXPECT_FALSE(is_key_hash(Bytes(hash).first(19), pki().ca.certificate()));
  EXPECT_FALSE(is_key_hash(hash, pki().other_ca.certificate()));
  EXPECT_FALSE(is_key_hash({}, pki().ca.certificate()));
}

}  // namespace
}  // namespace countersign::x509
