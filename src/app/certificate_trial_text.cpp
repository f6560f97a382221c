// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"

#include "app/certificate_trial.h"
#include "app/paint.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

std::string findings(std::string_view indent, const std::vector<Error>& faults,
                     const std::vector<std::string>& remarks) {
  std::string text;
  for (const auto& fault : faults) {
    text +=
        report_line(indent, "fault", std::string(wire_name(fault.reason)) + ": " + fault.detail);
  }
  for (const auto& remark : remarks) {
    text += report_line(indent, "remark", remark);
  }
  return text;
}

std::string certificate_lines(const TriedCertificate& tried) {
  const auto& certificate = tried.certificate;
  return report_line("", std::string(name(tried.role)), certificate.subject()) +
         report_line("  ", "place in the file", std::to_string(tried.place)) +
         report_line("  ", "issuer", certificate.issuer()) +
         report_line("  ", "thumbprint", certificate.thumbprint()) +
         report_line("  ", "valid",
                     codec::format_rfc3339(certificate.not_before()) + " to " +
                         codec::format_rfc3339(certificate.not_after())) +
         report_line("  ", "key", certificate.public_key().description()) +
         findings("  ", tried.faults, tried.remarks);
}

std::string_view key_text(KeyFit fit) {
  switch (fit) {
    case KeyFit::NotAsked:
      return "";
    case KeyFit::Belongs:
      return "belongs to the signer's certificate";
    case KeyFit::DoesNotBelong:
      return "does not belong to the signer's certificate";
  }
  return "";
}

std::string_view verdict(const CertificateTrial& trial) {
  return trial.accepted() ? "accepted" : "refused";
}

// --- JSON

using codec::JsonWriter;

void write_findings(JsonWriter& writer, const std::vector<Error>& faults,
                    const std::vector<std::string>& remarks) {
  writer.key("faults").begin_array();
  for (const auto& fault : faults) {
    writer.begin_object()
        .member("reason", wire_name(fault.reason))
        .member("detail", fault.detail)
        .end_object();
  }
  writer.end_array().key("remarks").begin_array();
  for (const auto& remark : remarks) {
    writer.string(remark);
  }
  writer.end_array();
}

void write_certificate(JsonWriter& writer, const TriedCertificate& tried) {
  const auto& certificate = tried.certificate;
  writer.begin_object()
      .member("role", name(tried.role))
      .member("place", tried.place)
      .member("subject", certificate.subject())
      .member("issuer", certificate.issuer())
      .member("thumbprint", certificate.thumbprint())
      .member("serialNumber", certificate.serial())
      .member("notBefore", codec::format_rfc3339(certificate.not_before()))
      .member("notAfter", codec::format_rfc3339(certificate.not_after()))
      .member("key", certificate.public_key().description());
  write_findings(writer, tried.faults, tried.remarks);
  writer.end_object();
}

void write_key(JsonWriter& writer, KeyFit fit) {
  switch (fit) {
    case KeyFit::NotAsked:
      writer.key("keyBelongs").null();
      return;
    case KeyFit::Belongs:
    case KeyFit::DoesNotBelong:
      writer.member("keyBelongs", fit == KeyFit::Belongs);
      return;
  }
}

}  // namespace

std::string trial_text(const CertificateTrial& trial, const std::string& file, Colour colour) {
  auto text = painted(verdict(trial), trial.accepted() ? Paint::Good : Paint::Bad, colour) + " " +
              log::clean(file, limits::kLogField) + "\n" + report_line("", "as", name(trial.as));
  if (trial.key != KeyFit::NotAsked) {
    text += report_line("", "key", key_text(trial.key));
  }
  text += findings("", trial.faults, trial.remarks);
  for (const auto& each : trial.certificates) {
    text += certificate_lines(each);
  }
  return text;
}

std::string trial_json(const CertificateTrial& trial, const std::string& file) {
  JsonWriter writer;
  writer.begin_object()
      .member("file", file)
      .member("as", name(trial.as))
      .member("verdict", verdict(trial));
  write_key(writer, trial.key);
  write_findings(writer, trial.faults, trial.remarks);
  writer.key("certificates").begin_array();
  for (const auto& each : trial.certificates) {
    write_certificate(writer, each);
  }
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace countersign::app
