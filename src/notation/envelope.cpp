// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/envelope.h"

#include <utility>

#include "countersign/x509/profile.h"

#include "notation/cose.h"
#include "notation/payload.h"
#include "notation/protected_header.h"
#include "notation/unprotected_header.h"

namespace countersign::notation {
namespace {

Result<Envelope> open_cose(Bytes envelope);

}  // namespace

std::string_view name(SigningScheme scheme) {
  switch (scheme) {
    case SigningScheme::X509:
      return "notary.x509";
    case SigningScheme::SigningAuthority:
      return "notary.x509.signingAuthority";
  }
  return "";
}

Result<Envelope> open_envelope(std::string_view media_type, Bytes envelope) {
  if (media_type == oci::media_type::kCose) {
    return open_cose(envelope);
  }
  if (media_type == oci::media_type::kJose) {
    return fail(Reason::EnvelopeInvalid, "JWS envelopes are not verified yet");
  }
  return fail(Reason::EnvelopeInvalid, "unknown envelope type " + std::string(media_type));
}

namespace {

// Nothing that is signed is read before the signature holds.
Result<Envelope> open_cose(Bytes envelope) {
  TRY(const auto message, CoseSign1::parse(envelope));
  TRY(auto unsigned_part, read_unprotected_header(message.unprotected_header()));
  const crypto::PublicKey key = unsigned_part.chain.front().public_key();
  TRY(const auto content, message.verify(key));
  TRY(const auto header, read_protected_header(content));
  TRY_VOID(x509::check_profile(unsigned_part.chain, x509::Purpose::CodeSigning));
  TRY(auto target, parse_payload(content.payload()));

  const Bytes signature = message.signature();
  auto metadata = std::exchange(target.annotations, {});
  return Envelope{.scheme = header.scheme,
                  .signing_time = header.signing_time,
                  .expiry = header.expiry,
                  .chain = std::move(unsigned_part.chain),
                  .algorithm = *key.algorithm(),  // verify() found one
                  .signature = ByteVector(signature.begin(), signature.end()),
                  .timestamp = std::move(unsigned_part.timestamp),
                  .signing_agent = std::move(unsigned_part.signing_agent),
                  .target = std::move(target),
                  .user_metadata = std::move(metadata)};
}

}  // namespace
}  // namespace countersign::notation
