// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/envelope.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/x509/profile.h"

#include "notation/attribute_rules.h"
#include "notation/cose.h"
#include "notation/cose_attributes.h"
#include "notation/cose_unprotected.h"
#include "notation/jws.h"
#include "notation/jws_attributes.h"
#include "notation/jws_unprotected.h"
#include "notation/payload.h"

namespace countersign::notation {
namespace {

template <class Message>
OpenedEnvelope open_as(Bytes envelope, x509::CertificateMemory& known);
std::shared_ptr<const Countersignature> countersignature(ByteVector token, Bytes signature);

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

const Result<x509::Timestamp>& Countersignature::opened() const {
  std::call_once(once_, [this] { opened_ = x509::Timestamp::open(token_, signature_); });
  return opened_;
}

OpenedEnvelope open_envelope(std::string_view media_type, Bytes envelope) {
  x509::CertificateMemory nothing_known(0);
  return open_envelope(media_type, envelope, nothing_known);
}

std::function<OpenedEnvelope(std::string_view, Bytes)> make_envelope_opener() {
  return [known = std::make_shared<x509::CertificateMemory>(limits::kKnownCertificateBytes)](
             std::string_view media_type, Bytes envelope) {
    return open_envelope(media_type, envelope, *known);
  };
}

OpenedEnvelope open_envelope(std::string_view media_type, Bytes envelope,
                             x509::CertificateMemory& known) {
  if (media_type == oci::media_type::kCose) {
    return open_as<CoseSign1>(envelope, known);
  }
  if (media_type == oci::media_type::kJose) {
    return open_as<Jws>(envelope, known);
  }
  return fail(Reason::EnvelopeInvalid, "unknown envelope type " + std::string(media_type));
}

namespace {

// Both formats have the same steps. Nothing that is signed is read before the signature holds.
template <class Message>
OpenedEnvelope open_as(Bytes envelope, x509::CertificateMemory& known) {
  TRY(const auto message, Message::parse(envelope));
  TRY(auto unsigned_part, read_unprotected_header(message.unprotected_header(), known));
  const crypto::PublicKey key = unsigned_part.chain.front().public_key();
  TRY(const auto content, message.verify(key));
  auto attributes = read_attributes(content);
  TRY(const auto claims, check_attributes(attributes));
  TRY_VOID(x509::check_profile(unsigned_part.chain, x509::Purpose::CodeSigning));
  TRY(auto target, parse_payload(content.payload()));

  auto metadata = std::exchange(target.annotations, {});
  return std::make_shared<const Envelope>(Envelope{
      .scheme = claims.scheme,
      .signing_time = claims.signing_time,
      .expiry = claims.expiry,
      .chain = std::move(unsigned_part.chain),
      .algorithm = *key.algorithm(),  // verify() found one
      .extended_attributes = std::move(attributes.extended),
      .timestamp = countersignature(std::move(unsigned_part.timestamp), message.signature()),
      .signing_agent = std::move(unsigned_part.signing_agent),
      .target = std::move(target),
      .user_metadata = std::move(metadata)});
}

std::shared_ptr<const Countersignature> countersignature(ByteVector token, Bytes signature) {
  if (token.empty()) {
    return nullptr;
  }
  return std::make_shared<const Countersignature>(std::move(token),
                                                  ByteVector(signature.begin(), signature.end()));
}

}  // namespace
}  // namespace countersign::notation
