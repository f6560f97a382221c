// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"

#include "app/inspection.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

using codec::JsonWriter;

void write_signature(JsonWriter& writer, const InspectedSignature& signature,
                     const oci::Descriptor& image);

}  // namespace

std::string inspect_json(const Inspection& inspection) {
  const auto& list = inspection.list;
  JsonWriter writer;
  writer.begin_object()
      .member("reference", list.reference)
      .member("mediaType", list.image.media_type)
      .member("digest", list.image.digest.text());
  writer.key("signatures").begin_array();
  for (const auto& signature : inspection.signatures) {
    write_signature(writer, signature, list.image);
  }
  writer.end_array().member("notShown", list.left_out).end_object();
  return writer.take();
}

namespace {

void write_map(JsonWriter& writer, std::string_view key,
               const std::map<std::string, std::string>& values) {
  writer.key(key).begin_object();
  for (const auto& [name, value] : values) {
    writer.member(name, value);
  }
  writer.end_object();
}

// Extended attributes have an object of their own, unlike Notation's: the signer names them, and
// one that is named "expiry" must not be taken for the expiry.
void write_signed_attributes(JsonWriter& writer, const notation::Envelope& envelope) {
  writer.key("signedAttributes")
      .begin_object()
      .member("contentType", kPayloadType)
      .member("signingScheme", notation::name(envelope.scheme));
  write_time(writer, "signingTime", envelope.signing_time);
  if (envelope.expiry) {
    write_time(writer, "expiry", envelope.expiry);
  }
  write_map(writer, "extendedAttributes", envelope.extended_attributes);
  writer.end_object();
}

void write_texts(JsonWriter& writer, std::string_view key, const std::vector<std::string>& texts) {
  writer.key(key).begin_array();
  for (const auto& text : texts) {
    writer.string(text);
  }
  writer.end_array();
}

void write_certificates(JsonWriter& writer, std::span<const x509::Certificate> certificates) {
  writer.key("certificates").begin_array();
  for (const auto& certificate : certificates) {
    writer.begin_object()
        .member("SHA256Fingerprint", certificate.thumbprint())
        .member("issuedTo", certificate.subject())
        .member("issuedBy", certificate.issuer());
    write_time(writer, "expiry", certificate.not_after());
    write_time(writer, "validFrom", certificate.not_before());
    writer.member("serialNumber", certificate.serial())
        .member("kind", kind_of(certificate))
        .member("key", certificate.public_key().description());
    write_texts(writer, "ocsp", certificate.ocsp_urls());
    write_texts(writer, "crl", certificate.crl_urls());
    writer.end_object();
  }
  writer.end_array();
}

void write_timestamp(JsonWriter& writer, const Result<x509::Timestamp>& timestamp) {
  writer.key("timestampSignature").begin_object();
  if (timestamp) {
    writer.member("timestamp", "[" + codec::format_rfc3339(timestamp->earliest()) + ", " +
                                   codec::format_rfc3339(timestamp->latest()) + "]");
    write_certificates(writer, timestamp->certificates());
  } else {
    writer.member("error",
                  "failed to parse timestamp countersignature: " + timestamp.error().detail);
  }
  writer.end_object();
}

void write_unsigned_attributes(JsonWriter& writer, const notation::Envelope& envelope) {
  writer.key("unsignedAttributes").begin_object();
  if (!envelope.signing_agent.empty()) {
    writer.member("signingAgent", envelope.signing_agent);
  }
  if (envelope.timestamp) {
    write_timestamp(writer, envelope.timestamp->opened());
  }
  writer.end_object();
}

void write_artifact(JsonWriter& writer, const oci::Descriptor& target,
                    const oci::Descriptor& image) {
  writer.key("signedArtifact")
      .begin_object()
      .member("mediaType", target.media_type)
      .member("digest", target.digest.text())
      .member("size", target.size)
      .member("isThisImage", target.same_content(image))
      .end_object();
}

void write_envelope(JsonWriter& writer, const notation::Envelope& envelope,
                    const oci::Descriptor& image) {
  writer.member("signatureAlgorithm", crypto::notation_name(envelope.algorithm));
  write_signed_attributes(writer, envelope);
  write_map(writer, "userDefinedAttributes", envelope.user_metadata);
  write_unsigned_attributes(writer, envelope);
  write_certificates(writer, envelope.chain);
  write_artifact(writer, envelope.target, image);
}

// The members that a signature has in the report of `verify`.
void write_judgement(JsonWriter& writer, const Result<policy::Report>& judgement) {
  writer.member("verdict", verdict_name(judgement));
  if (!judgement) {
    write_reason(writer, Refused::Yes, judgement.error().reason, judgement.error().detail);
    return;
  }
  const bool untrusted = judgement->verdict == policy::Verdict::Untrusted;
  write_reason(writer, untrusted ? Refused::Yes : Refused::No, judgement->reason,
               judgement->detail);
  writer.member("policy", judgement->policy);
  if (!judgement->signatures.empty()) {
    write_checks(writer, judgement->signatures.front().checks);
  }
}

void write_signature(JsonWriter& writer, const InspectedSignature& signature,
                     const oci::Descriptor& image) {
  writer.begin_object()
      .member("digest", signature.digest.text())
      .member("signatureEnvelopeType", signature.media_type);
  if (signature.envelope) {
    write_envelope(writer, **signature.envelope, image);
  } else {
    const auto& error = signature.envelope.error();
    writer.key("error").begin_object();
    write_reason(writer, Refused::Yes, error.reason, error.detail);
    writer.end_object();
  }
  if (signature.judgement) {
    write_judgement(writer, *signature.judgement);
  }
  writer.end_object();
}

}  // namespace
}  // namespace countersign::app
