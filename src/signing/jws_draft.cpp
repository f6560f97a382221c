// SPDX-License-Identifier: Apache-2.0
#include "signing/jws_draft.h"

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/notation/algorithm_names.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/jose_names.h"

namespace countersign::signing {
namespace {

namespace attribute = notation::attribute;
namespace jose = notation::jose;

std::string protected_header(const SignedPart& part) {
  codec::JsonWriter json;
  json.begin_object().member(jose::kAlgorithm, notation::jose_name(part.algorithm));
  json.key(jose::kCritical).begin_array();
  for (const auto name : critical_names(part)) {
    json.string(name);
  }
  json.end_array().member(jose::kContentType, notation::kPayloadType);
  if (part.expiry) {
    json.member(attribute::kExpiry, codec::format_rfc3339(*part.expiry));
  }
  json.member(attribute::kSigningScheme, notation::name(notation::SigningScheme::X509))
      .member(attribute::kSigningTime, codec::format_rfc3339(part.signing_time))
      .end_object();
  return json.take();
}

// The member `header`. Unlike the rest it is in base64 with padding (RFC 7515, 4.1.6).
void write_unprotected_header(codec::JsonWriter& json, const UnsignedPart& part) {
  json.begin_object().key(jose::kX5c).begin_array();
  for (const auto& certificate : part.chain) {
    json.string(codec::encode_base64(certificate.der()));
  }
  json.end_array();
  if (!part.timestamp.empty()) {
    json.member(attribute::kTimestampSignature, codec::encode_base64(part.timestamp));
  }
  if (!part.agent.empty()) {
    json.member(attribute::kSigningAgent, part.agent);
  }
  json.end_object();
}

ByteVector copy_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

JwsDraft::JwsDraft(const SignedPart& part)
    : header_(codec::encode_base64url(as_bytes(protected_header(part)))),
      payload_(codec::encode_base64url(as_bytes(part.payload))) {}

// RFC 7515, 5.1.
ByteVector JwsDraft::to_be_signed() const { return copy_of(header_ + "." + payload_); }

ByteVector JwsDraft::close(const UnsignedPart& part) const {
  codec::JsonWriter json;
  json.begin_object().member("payload", payload_).member("protected", header_).key("header");
  write_unprotected_header(json, part);
  json.member("signature", codec::encode_base64url(part.signature)).end_object();
  return copy_of(json.take());
}

}  // namespace countersign::signing
