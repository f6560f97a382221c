// SPDX-License-Identifier: Apache-2.0
// Laws of OCSP responses:
//   - OpenSSL reads an accepted one as well, with the same status and the same times;
//   - flipping one bit of the signed part of an accepted one makes it refused.
//
// The input is a response, and also what follows the certificate's name in one that our CA signs.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <openssl/ocsp.h>

#include "countersign/base/limits.h"
#include "countersign/x509/ocsp.h"

#include "signing_authority.h"
#include "x509/ocsp_id.h"

namespace {

using countersign::Bytes;
using countersign::ByteVector;
using countersign::Time;
using countersign::crypto::OpensslPtr;
using namespace countersign::fuzz;
using namespace countersign::x509;

constexpr Time kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

const SigningAuthority& authority() {
  static const SigningAuthority made;
  return made;
}

countersign::Result<OcspAnswer> read(Bytes response) {
  return read_ocsp(response, authority().subject(), authority().certificate(), kNow);
}

ByteVector sign_basic(Bytes fields) {
  const ByteVector id = ocsp_id(authority().subject(), authority().certificate());
  const ByteVector single = write_der(der::kSequence, {id, copy_of(fields)});
  const ByteVector responder =
      write_der(der::constructed(1), authority().certificate().subject_der());
  const ByteVector produced =
      write_der(der::kGeneralizedTime, countersign::as_bytes("20250101000000Z"));
  return authority().sign(
      write_der(der::kSequence, {responder, produced, write_der(der::kSequence, {single})}));
}

ByteVector sign_response(Bytes fields) {
  const Bytes basic = countersign::as_bytes("\x2b\x06\x01\x05\x05\x07\x30\x01\x01");
  const ByteVector body = write_der(
      der::kSequence,
      {write_der(der::kObjectIdentifier, basic), write_der(der::kOctetString, sign_basic(fields))});
  return write_der(der::kSequence, {write_der(der::kEnumerated, ByteVector{0}),
                                    write_der(der::constructed(0), body)});
}

int status_code(RevocationStatus::Kind kind) {
  switch (kind) {
    case RevocationStatus::Kind::Unknown:
      return V_OCSP_CERTSTATUS_UNKNOWN;
    case RevocationStatus::Kind::Revoked:
      return V_OCSP_CERTSTATUS_REVOKED;
    case RevocationStatus::Kind::Good:
      return V_OCSP_CERTSTATUS_GOOD;
  }
  return -1;
}

template <class Object, auto d2i>
auto decode(Bytes der) {
  const unsigned char* next = der.data();
  Object* const decoded = d2i(nullptr, &next, static_cast<long>(der.size()));
  demand(decoded != nullptr && next == der.data() + der.size());
  return decoded;
}

void demand_same_reading(Bytes response, const RevocationStatus& ours) {
  const countersign::crypto::ErrorQueueGuard errors;
  const OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free> theirs(
      decode<OCSP_RESPONSE, d2i_OCSP_RESPONSE>(response));
  demand(OCSP_response_status(theirs.get()) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
  const OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(
      OCSP_response_get1_basic(theirs.get()));
  demand(basic != nullptr && OCSP_resp_count(basic.get()) == 1);
  const ByteVector named = ocsp_id(authority().subject(), authority().certificate());
  const OpensslPtr<OCSP_CERTID, OCSP_CERTID_free> id(decode<OCSP_CERTID, d2i_OCSP_CERTID>(named));
  int status = -1;
  ASN1_GENERALIZEDTIME* next_update = nullptr;  // the response's
  demand(OCSP_resp_find_status(basic.get(), id.get(), &status, nullptr, nullptr, nullptr,
                               &next_update) == 1);
  demand(status == status_code(ours.kind));
  const Time latest = kNow + countersign::limits::kOcspLife;
  const bool cut = ours.fresh_until == latest;
  const int order =
      next_update == nullptr
          ? -1
          : ASN1_TIME_cmp_time_t(next_update, ours.fresh_until.time_since_epoch().count());
  demand(order == 0 || (cut && order == 1));
}

// The signed part, where it lies in a response.
Bytes signed_part(Bytes response) {
  DerReader fields(*content_of(response, der::kSequence));
  demand(fields.take(der::kEnumerated).has_value());
  DerReader body(*content_of(fields.take()->content, der::kSequence));
  demand(body.take(der::kObjectIdentifier).has_value());
  DerReader basic(*content_of(body.take()->content, der::kSequence));
  return basic.take()->whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  demand(!read(input));  // nobody knows our CA's key
  const ByteVector response = sign_response(input);
  if (const auto answer = read(response)) {
    demand(!answer->delegate);
    demand_same_reading(response, answer->status);
    demand(!read(flipped(response, signed_part(response), choice(input))));
  }
  return 0;
}
