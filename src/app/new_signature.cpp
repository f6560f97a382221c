// SPDX-License-Identifier: Apache-2.0
#include "app/new_signature.h"

#include <string_view>

#include "countersign/base/log.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"

#include "app/report_parts.h"

namespace countersign::app {
namespace {

using codec::JsonWriter;
using Listed = registry::Attached::Listed;

// Null: there is none, or its time can't be told.
const x509::Timestamp* timestamp_of(const notation::Envelope& envelope) {
  const auto* const token = envelope.timestamp.get();
  return token != nullptr && token->opened() ? &*token->opened() : nullptr;
}

std::string_view wire_name(const std::optional<Listed>& listed) {
  if (!listed) {
    return "nowhere";
  }
  switch (*listed) {
    case Listed::ByApi:
      return "referrersApi";
    case Listed::ByTag:
      return "referrersTag";
    case Listed::InLayout:
      return "layout";
  }
  return "nowhere";
}

std::string_view for_people(const std::optional<Listed>& listed) {
  if (!listed) {
    return "nowhere: this was a dry run";
  }
  switch (*listed) {
    case Listed::ByApi:
      return "by the registry's referrers API";
    case Listed::ByTag:
      return "by the referrers tag";
    case Listed::InLayout:
      return "in the layout's index";
  }
  return "nowhere";
}

void write_descriptor(JsonWriter& writer, std::string_view key, const oci::Descriptor& descriptor) {
  writer.key(key)
      .begin_object()
      .member("digest", descriptor.digest.text())
      .member("mediaType", descriptor.media_type)
      .member("size", descriptor.size)
      .end_object();
}

void write_signer(JsonWriter& writer, const x509::Certificate& leaf) {
  writer.key("signer")
      .begin_object()
      .member("subject", leaf.subject())
      .member("issuer", leaf.issuer())
      .member("thumbprint", leaf.thumbprint());
  write_time(writer, "notAfter", leaf.not_after());
  writer.end_object();
}

void write_timestamp(JsonWriter& writer, const x509::Timestamp& timestamp) {
  writer.key("timestamp").begin_object();
  write_time(writer, "earliest", timestamp.earliest());
  write_time(writer, "latest", timestamp.latest());
  writer.end_object();
}

std::string line(std::string_view name, const std::string& value) {
  static constexpr std::size_t kColumn = 12;
  auto text = "  " + std::string(name);
  text.resize(2 + kColumn, ' ');
  return text + log::clean(value, limits::kLogField) + "\n";
}

// Without a timestamp nobody can tell that it was made before the certificate ended.
std::string end_of(const notation::Envelope& envelope, bool stamped) {
  if (envelope.expiry) {
    return codec::format_rfc3339(*envelope.expiry);
  }
  const auto last = codec::format_rfc3339(envelope.chain.front().not_after());
  return stamped ? "never" : "with its certificate, " + last;
}

}  // namespace

std::string signature_text(const NewSignature& made) {
  const auto& envelope = *made.envelope;
  const auto& leaf = envelope.chain.front();
  std::string text = (made.listed ? "Signed " : "Would sign ") + made.reference + "\n";
  text += line("signature", made.artifact.descriptor.digest.text());
  text += line("envelope", made.artifact.envelope_descriptor.media_type + ", " +
                               std::string(notation_name(envelope.algorithm)));
  text += line("signer", leaf.subject());
  text += line("thumbprint", leaf.thumbprint());
  text += line("signed at", codec::format_rfc3339(envelope.signing_time));
  const auto* const timestamp = timestamp_of(envelope);
  text += line("ends", end_of(envelope, timestamp != nullptr));
  if (timestamp != nullptr) {
    text += line("timestamp", codec::format_rfc3339(timestamp->earliest()) + " to " +
                                  codec::format_rfc3339(timestamp->latest()));
  }
  for (const auto& [key, value] : envelope.user_metadata) {
    text += line("metadata", key + "=" + value);
  }
  return text + line("listed", std::string(for_people(made.listed)));
}

std::string signature_json(const NewSignature& made) {
  const auto& envelope = *made.envelope;
  JsonWriter writer;
  writer.begin_object()
      .member("reference", made.reference)
      .member("digest", made.image.digest.text())
      .member("mediaType", made.image.media_type);
  write_descriptor(writer, "signature", made.artifact.descriptor);
  write_descriptor(writer, "envelope", made.artifact.envelope_descriptor);
  writer.member("algorithm", notation_name(envelope.algorithm));
  write_signer(writer, envelope.chain.front());
  write_time(writer, "signingTime", envelope.signing_time);
  write_time(writer, "expiry", envelope.expiry);
  if (const auto* const timestamp = timestamp_of(envelope)) {
    write_timestamp(writer, *timestamp);
  }
  writer.key("userMetadata").begin_object();
  for (const auto& [key, value] : envelope.user_metadata) {
    writer.member(key, value);
  }
  writer.end_object().member("listed", wire_name(made.listed)).key("warnings").begin_array();
  for (const auto& warning : made.warnings) {
    writer.string(warning);
  }
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace countersign::app
