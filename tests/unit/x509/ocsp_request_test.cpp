// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/ocsp.h"

#include "revocation_pki.h"
#include "support/demand.h"
#include "x509/ocsp_id.h"

namespace countersign::x509 {
namespace {

using namespace test;

TEST(OcspRequest, AsksAboutOneCertificateAndNothingElse) {
  const ByteVector request = ocsp_request(pki().leaf.certificate(), pki().ca.certificate());
  const unsigned char* next = request.data();
  const crypto::OpensslPtr<OCSP_REQUEST, OCSP_REQUEST_free> read(
      d2i_OCSP_REQUEST(nullptr, &next, static_cast<long>(request.size())));
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(next, request.data() + request.size());
  EXPECT_EQ((encode<OCSP_REQUEST, i2d_OCSP_REQUEST>(read.get())), request);
  ASSERT_EQ(OCSP_request_onereq_count(read.get()), 1);
  EXPECT_EQ(OCSP_REQUEST_get_ext_count(read.get()), 0);  // no nonce
  EXPECT_EQ(OCSP_request_is_signed(read.get()), 0);
  const OCSP_CERTID* const id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(read.get(), 0));
  EXPECT_EQ((encode<OCSP_CERTID, i2d_OCSP_CERTID>(id)),
            ocsp_id(pki().leaf.certificate(), pki().ca.certificate()));
}

}  // namespace
}  // namespace countersign::x509
