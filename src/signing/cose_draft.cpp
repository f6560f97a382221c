// SPDX-License-Identifier: Apache-2.0
#include "signing/cose_draft.h"

#include <map>
#include <utility>

#include "countersign/codec/cbor_writer.h"
#include "countersign/notation/algorithm_names.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/labels.h"

namespace countersign::signing {
namespace {

using codec::cbor_array;
using codec::cbor_bytes;
using codec::cbor_integer;
using codec::cbor_map;
using codec::cbor_tag;
using codec::cbor_text;
using codec::CborItem;
namespace attribute = notation::attribute;
namespace label = notation::label;

constexpr std::uint64_t kTimeTag = 1;    // RFC 8949, 3.4.2: seconds since 1970
constexpr std::uint64_t kSign1Tag = 18;  // RFC 9052, table 1

CborItem time_item(Time time) {
  return cbor_tag(kTimeTag, cbor_integer(time.time_since_epoch().count()));
}

CborItem critical_item(const SignedPart& part) {
  std::vector<CborItem> names;
  for (const auto name : critical_names(part)) {
    names.push_back(cbor_text(name));
  }
  return cbor_array(names);
}

// An array even for one certificate: "x5chain ... as an array" is all that Notation reads.
CborItem chain_item(const x509::Chain& chain) {
  std::vector<CborItem> certificates;
  for (const auto& certificate : chain) {
    certificates.push_back(cbor_bytes(certificate.der()));
  }
  return cbor_array(certificates);
}

CborItem protected_map(const SignedPart& part) {
  std::map<CborItem, CborItem> header{
      {cbor_integer(label::kAlgorithm), cbor_integer(notation::cose_number(part.algorithm))},
      {cbor_integer(label::kCritical), critical_item(part)},
      {cbor_integer(label::kContentType), cbor_text(notation::kPayloadType)},
      {cbor_text(attribute::kSigningScheme),
       cbor_text(notation::name(notation::SigningScheme::X509))},
      {cbor_text(attribute::kSigningTime), time_item(part.signing_time)}};
  if (part.expiry) {
    header.emplace(cbor_text(attribute::kExpiry), time_item(*part.expiry));
  }
  return cbor_map(header);
}

CborItem unprotected_map(const UnsignedPart& part) {
  std::map<CborItem, CborItem> header{{cbor_integer(label::kX5chain), chain_item(part.chain)}};
  if (!part.timestamp.empty()) {
    header.emplace(cbor_text(attribute::kTimestampSignature), cbor_bytes(part.timestamp));
  }
  if (!part.agent.empty()) {
    header.emplace(cbor_text(attribute::kSigningAgent), cbor_text(part.agent));
  }
  return cbor_map(header);
}

}  // namespace

CoseDraft::CoseDraft(const SignedPart& part)
    : header_(protected_map(part)), payload_(part.payload.begin(), part.payload.end()) {}

// RFC 9052, 4.4: Sig_structure = ["Signature1", body_protected, external_aad, payload].
ByteVector CoseDraft::to_be_signed() const {
  return cbor_array(
      {cbor_text("Signature1"), cbor_bytes(header_), cbor_bytes({}), cbor_bytes(payload_)});
}

ByteVector CoseDraft::close(const UnsignedPart& part) const {
  return cbor_tag(kSign1Tag, cbor_array({cbor_bytes(header_), unprotected_map(part),
                                         cbor_bytes(payload_), cbor_bytes(part.signature)}));
}

}  // namespace countersign::signing
