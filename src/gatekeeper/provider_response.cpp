// SPDX-License-Identifier: Apache-2.0
#include "countersign/gatekeeper/provider_response.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/oci/descriptor.h"

namespace countersign::gatekeeper {
namespace {

using codec::JsonWriter;

void write_head(JsonWriter&);
void write_item(JsonWriter&, const Item&, const Stamp&);
void write_value(JsonWriter&, const Item&, const Stamp&);
void write_report(JsonWriter&, const Report&, std::string_view subject, const Stamp&);
std::string system_error(std::span<const Item>, const Stamp&);

std::string clean(std::string_view text) { return log::clean(text, limits::kProviderMessageBytes); }

}  // namespace

std::string error_text(Reason reason, std::string_view detail) {
  return std::string(wire_name(reason)) + (may_retry(reason) ? " transient: " : ": ") +
         clean(detail.empty() ? meaning(reason) : detail);
}

std::string render(std::span<const Item> items, const Stamp& stamp) {
  JsonWriter out;
  write_head(out);
  out.key("items").begin_array();
  for (const auto& item : items) {
    write_item(out, item, stamp);
  }
  out.end_array();
  if (const auto text = system_error(items, stamp); !text.empty()) {
    out.member("systemError", text);
  }
  out.end_object().end_object();
  return out.take();
}

std::string render(const Error& error) {
  JsonWriter out;
  write_head(out);
  out.key("items").begin_array().end_array();
  out.member("systemError", error_text(error.reason, error.detail));
  out.end_object().end_object();
  return out.take();
}

namespace {

void write_head(JsonWriter& out) {
  out.begin_object();
  out.member("apiVersion", "externaldata.gatekeeper.sh/v1beta1").member("kind", "ProviderResponse");
  out.key("response").begin_object().member("idempotent", true);
}

void write_item(JsonWriter& out, const Item& item, const Stamp& stamp) {
  out.begin_object();
  switch (item.outcome) {
    case Outcome::Undecided:
      // A name of its own, under which Gatekeeper may keep it: the key will be asked about again.
      out.member("key", item.key + " (transient)");
      out.member("error", error_text(item.reason, item.detail));
      break;
    case Outcome::Unreadable:
      out.member("key", item.key);
      out.member("error", error_text(item.reason, item.detail));
      break;
    case Outcome::Refused:
    case Outcome::Warned:
    case Outcome::Accepted:
      out.member("key", item.key);
      write_value(out, item, stamp);
      break;
  }
  out.end_object();
}

bool passes(Outcome outcome) {
  switch (outcome) {
    case Outcome::Warned:
    case Outcome::Accepted:
      return true;
    case Outcome::Refused:
    case Outcome::Unreadable:
    case Outcome::Undecided:
      return false;
  }
  return false;
}

void write_value(JsonWriter& out, const Item& item, const Stamp& stamp) {
  out.key("value").begin_object();
  out.member("version", "0.2.0").member("isSuccess", passes(item.outcome));
  out.member("traceID", stamp.trace_id).member("timestamp", codec::format_rfc3339(stamp.now));
  out.key("verifierReports").begin_array();
  for (const auto& report : item.reports) {
    write_report(out, report, item.subject, stamp);
  }
  out.end_array().end_object();
}

// Short, since a template may put it on one line with the message.
std::string_view remediation(Reason reason) {
  switch (blame(reason)) {
    case Blame::Author:
      return "correct the image reference";
    case Blame::Publisher:
      return "sign the image with a certificate that the trust policy trusts";
    case Blame::Remote:
      return "try again; if it lasts, mend the service that is named";
    case Blame::Operator:
      return "change the configuration of Countersign";
    case Blame::Us:
      return "report this with the trace id";
  }
  return "report this with the trace id";
}

// `name` and `type` are the older names of `verifierName` and `verifierType`; templates use both.
// Ratify puts issuer and subject of the signer's certificate into Issuer and SN.
void write_report(JsonWriter& out, const Report& report, std::string_view subject,
                  const Stamp& stamp) {
  out.begin_object();
  out.member("subject", clean(subject)).member("isSuccess", report.success);
  out.member("name", stamp.verifier).member("verifierName", stamp.verifier);
  out.member("type", "notation").member("verifierType", "notation");
  if (!report.digest.empty()) {
    out.member("referenceDigest", report.digest);
  }
  out.member("artifactType", oci::media_type::kNotarySignature);
  out.member("message", clean(report.message));
  if (!report.success) {
    out.member("errorReason", wire_name(report.reason));
    out.member("remediation", remediation(report.reason));
  }
  if (!report.issuer.empty() || !report.subject.empty()) {
    out.key("extensions").begin_object();
    out.member("Issuer", clean(report.issuer)).member("SN", clean(report.subject)).end_object();
  }
  out.end_object();
}

std::string system_error(std::span<const Item> items, const Stamp& stamp) {
  const auto open = [](const Item& item) { return item.outcome == Outcome::Undecided; };
  const auto first = std::ranges::find_if(items, open);
  if (first == items.end()) {
    return {};
  }
  const auto count = std::ranges::count_if(items, open);
  return error_text(first->reason, first->detail) + " (" + std::to_string(count) + " of " +
         std::to_string(items.size()) + " keys undecided, trace " + stamp.trace_id + ")";
}

}  // namespace
}  // namespace countersign::gatekeeper
