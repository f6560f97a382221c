// SPDX-License-Identifier: Apache-2.0
// CoseSign1::verify.
#include <cstdint>
#include <string>

#include "countersign/notation/algorithm_names.h"
#include "countersign/notation/labels.h"

#include "notation/cose.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

ByteVector to_be_signed(Bytes header, Bytes payload);

}  // namespace

Result<CoseContent> CoseSign1::verify(const crypto::PublicKey& key) const {
  const auto algorithm = key.algorithm();
  if (!algorithm) {
    return fail(Reason::CertificateProfile,
                "no signature algorithm for a key of type " + std::string(key.description()));
  }
  // Signature specification, "Signature Algorithm Requirements": the algorithm follows from the
  // signing certificate's key; the header may only agree.
  const Cbor* named = header_.find(label::kAlgorithm);
  if (named == nullptr || named->integer() != cose_number(*algorithm)) {
    return fail(Reason::EnvelopeInvalid,
                "the protected header does not name the algorithm of the signing key, " +
                    std::string(crypto::notation_name(*algorithm)));
  }
  TRY_VOID(key.verify(to_be_signed(header_bytes_, payload_), signature_));
  return CoseContent(header_, payload_);
}

namespace {

// RFC 9052, 4.4: Sig_structure = ["Signature1", body_protected, external_aad, payload], with an
// empty external_aad.
ByteVector to_be_signed(Bytes header, Bytes payload) {
  constexpr std::uint8_t kArrayOfFour = 0x84;
  constexpr std::uint8_t kTextOfTen = 0x6A;
  constexpr std::uint8_t kEmptyByteString = 0x40;
  const Bytes context = as_bytes("Signature1");

  ByteVector out{kArrayOfFour, kTextOfTen};
  out.insert(out.end(), context.begin(), context.end());
  codec::append_byte_string_head(out, header.size());
  out.insert(out.end(), header.begin(), header.end());
  out.push_back(kEmptyByteString);
  codec::append_byte_string_head(out, payload.size());
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

}  // namespace
}  // namespace countersign::notation
