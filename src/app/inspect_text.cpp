// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <ctime>
#include <utility>

#include "app/inspection.h"
#include "app/paint.h"
#include "app/report_parts.h"
#include "app/tree.h"

namespace countersign::app {
namespace {

void add_signature(Tree& signatures, const InspectedSignature& signature,
                   const oci::Descriptor& image);

}  // namespace

std::string inspect_text(const Inspection& inspection, Colour colour) {
  if (inspection.signatures.empty()) {
    return list_text(inspection.list);
  }
  Tree tree{inspection.list.reference, {}};
  auto& signatures = tree.add(std::string(oci::media_type::kNotarySignature));
  for (const auto& signature : inspection.signatures) {
    add_signature(signatures, signature, inspection.list.image);
  }
  return "Inspecting all signatures for signed artifact\n" + tree_text(tree, colour);
}

namespace {

// "Tue Jan 21 09:17:46 2025", in UTC: Notation writes times like this.
std::string calendar(Time time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm parts{};
  std::array<char, 64> text{};
  const auto size = gmtime_r(&seconds, &parts) == nullptr
                        ? 0
                        : std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S %Y", &parts);
  return {text.data(), size};
}

void add_map(Tree& parent, const std::map<std::string, std::string>& values) {
  for (const auto& [key, value] : values) {
    parent.add(key, value);
  }
}

void add_signed_attributes(Tree& parent, const notation::Envelope& envelope) {
  auto& attributes = parent.add("signed attributes");
  attributes.add("content type", kPayloadType);
  attributes.add("signing scheme", notation::name(envelope.scheme));
  attributes.add("signing time", calendar(envelope.signing_time));
  if (envelope.expiry) {
    attributes.add("expiry", calendar(*envelope.expiry));
  }
  // A branch of their own, unlike Notation's: the signer names them, and one that is named "expiry"
  // must not be taken for the expiry.
  if (!envelope.extended_attributes.empty()) {
    add_map(attributes.add("extended attributes"), envelope.extended_attributes);
  }
}

void add_user_metadata(Tree& parent, const notation::Envelope& envelope) {
  auto& attributes = parent.add("user defined attributes");
  add_map(attributes, envelope.user_metadata);
  if (envelope.user_metadata.empty()) {
    attributes.add("(empty)");
  }
}

void add_certificates(Tree& parent, std::span<const x509::Certificate> certificates) {
  auto& all = parent.add("certificates");
  for (const auto& certificate : certificates) {
    auto& one = all.add("SHA256 fingerprint", certificate.thumbprint());
    one.add("issued to", certificate.subject());
    one.add("issued by", certificate.issuer());
    one.add("expiry", calendar(certificate.not_after()));
    one.add("valid from", calendar(certificate.not_before()));
    one.add("serial number", certificate.serial());
    one.add("kind", kind_of(certificate));
    one.add("key", certificate.public_key().description());
    for (const auto& url : certificate.ocsp_urls()) {
      one.add("OCSP", url);
    }
    for (const auto& url : certificate.crl_urls()) {
      one.add("CRL", url);
    }
  }
}

void add_timestamp(Tree& parent, const Result<x509::Timestamp>& timestamp) {
  auto& branch = parent.add("timestamp signature");
  if (!timestamp) {
    branch.add("error", "failed to parse timestamp countersignature: " + timestamp.error().detail);
    return;
  }
  branch.add("timestamp",
             "[" + calendar(timestamp->earliest()) + ", " + calendar(timestamp->latest()) + "]");
  add_certificates(branch, timestamp->certificates());
}

void add_unsigned_attributes(Tree& parent, const notation::Envelope& envelope) {
  if (envelope.signing_agent.empty() && !envelope.timestamp) {
    return;
  }
  auto& attributes = parent.add("unsigned attributes");
  if (!envelope.signing_agent.empty()) {
    attributes.add("signing agent", envelope.signing_agent);
  }
  if (envelope.timestamp) {
    add_timestamp(attributes, envelope.timestamp->opened());
  }
}

void add_artifact(Tree& parent, const oci::Descriptor& target, const oci::Descriptor& image) {
  auto& artifact = parent.add("signed artifact");
  artifact.add("media type", target.media_type);
  artifact.add("digest", target.digest.text());
  artifact.add("size", std::to_string(target.size));
  artifact.add("is this image", target.same_content(image) ? "yes" : "no");
}

void add_envelope(Tree& parent, const notation::Envelope& envelope, std::string_view media_type,
                  const oci::Descriptor& image) {
  parent.add("signature algorithm", crypto::notation_name(envelope.algorithm));
  parent.add("signature envelope type", media_type);
  add_signed_attributes(parent, envelope);
  add_user_metadata(parent, envelope);
  add_unsigned_attributes(parent, envelope);
  add_certificates(parent, envelope.chain);
  add_artifact(parent, envelope.target, image);
}

void add_judgement(Tree& parent, const Result<policy::Report>& report) {
  auto& verdict = parent.add("verdict", verdict_name(report));
  verdict.paint = paint_of(report);
  if (!report) {
    verdict.add("reason", because(report.error().reason, report.error().detail));
    return;
  }
  if (!report->policy.empty()) {
    verdict.add("policy", report->policy);
  }
  if (report->verdict == policy::Verdict::Untrusted) {
    verdict.add("reason", because(report->reason, report->detail));
  }
  for (const auto& signature : report->signatures) {
    for (const auto& check : signature.checks) {
      verdict.add(check.check, check_text(check));
    }
  }
}

void add_signature(Tree& signatures, const InspectedSignature& signature,
                   const oci::Descriptor& image) {
  auto& branch = signatures.add(signature.digest.text());
  if (signature.envelope) {
    add_envelope(branch, **signature.envelope, signature.media_type, image);
  } else {
    if (!signature.media_type.empty()) {
      branch.add("signature envelope type", signature.media_type);
    }
    const auto& error = signature.envelope.error();
    branch.add("error", because(error.reason, error.detail));
  }
  if (signature.judgement) {
    add_judgement(branch, *signature.judgement);
  }
}

}  // namespace
}  // namespace countersign::app
