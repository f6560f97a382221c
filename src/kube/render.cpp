// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/json.h"
#include "countersign/kube/admission_review.h"

#include "kube/text.h"

namespace countersign::kube {
namespace {

using codec::JsonWriter;

void write_status(JsonWriter& out, const Answer& answer);
void write_warnings(JsonWriter& out, const std::vector<std::string>& warnings);
void write_audit_annotations(JsonWriter& out, const Answer& answer);

}  // namespace

// "patch" and "patchType" are never written, not even as null: a validating webhook that sends one
// has failed, and a failure may admit (failurePolicy: Ignore).
std::string render(const Answer& answer) {
  JsonWriter out;
  out.begin_object();
  out.member("apiVersion", "admission.k8s.io/v1").member("kind", "AdmissionReview");
  out.key("response").begin_object();
  out.member("uid", answer.uid).member("allowed", answer.allowed);
  if (!answer.allowed) {
    write_status(out, answer);
  }
  write_warnings(out, answer.warnings);
  write_audit_annotations(out, answer);
  out.end_object().end_object();
  return out.take();
}

namespace {

void write_cause(JsonWriter& out, const Cause& cause) {
  out.begin_object().member("reason", wire_name(cause.reason));
  out.member("field", log::clean(cause.field, limits::kCauseBytes));
  out.member("message", log::clean(cause.message, limits::kCauseBytes));
  out.end_object();
}

void write_details(JsonWriter& out, const Answer& answer) {
  out.key("details").begin_object();
  if (!answer.causes.empty()) {
    out.key("causes").begin_array();
    const auto count = std::min(answer.causes.size(), limits::kCauses);
    for (std::size_t index = 0; index < count; ++index) {
      write_cause(out, answer.causes[index]);
    }
    out.end_array();
  }
  if (answer.may_retry) {
    // The API server makes a Retry-After header of it, and its clients try again by themselves.
    out.member("retryAfterSeconds", limits::kRetryAfter.count());
  }
  out.end_object();
}

// Without a message the user would read "denied the request without explanation".
std::string status_message(const Answer& answer) {
  if (answer.message.empty()) {
    const auto reason = answer.causes.empty() ? Reason::Internal : answer.causes.front().reason;
    return std::string(wire_name(reason)).append(": ").append(meaning(reason));
  }
  return clean_lines(answer.message, limits::kDenialBytes);
}

void write_status(JsonWriter& out, const Answer& answer) {
  constexpr int kForbidden = 403;
  constexpr int kTooManyRequests = 429;
  out.key("status").begin_object().member("status", "Failure");
  out.member("code", answer.may_retry ? kTooManyRequests : kForbidden);
  out.member("reason", answer.may_retry ? "TooManyRequests" : "Forbidden");
  out.member("message", status_message(answer));
  if (answer.may_retry || !answer.causes.empty()) {
    write_details(out, answer);
  }
  out.end_object();
}

// The API server drops a warning with control characters silently and sends equal ones once.
std::vector<std::string> fit_warnings(const std::vector<std::string>& warnings) {
  constexpr std::size_t kMostUtf8Bytes = 4;
  std::vector<std::string> fitted;
  std::set<std::string> seen;
  for (const auto& warning : warnings) {
    auto text = cut_end(log::clean(warning, kMostUtf8Bytes * limits::kWarningCharacters),
                        limits::kWarningCharacters, Unit::Characters);
    if (!text.empty() && seen.insert(text).second) {
      fitted.push_back(std::move(text));
    }
  }
  if (fitted.size() > limits::kWarnings) {
    const auto more = fitted.size() - limits::kWarnings + 1;
    fitted.resize(limits::kWarnings);
    fitted.back() = "countersign: and " + std::to_string(more) + " more warnings";
  }
  return fitted;
}

void write_warnings(JsonWriter& out, const std::vector<std::string>& warnings) {
  const auto fitted = fit_warnings(warnings);
  if (fitted.empty()) {
    return;
  }
  out.key("warnings").begin_array();
  for (const auto& warning : fitted) {
    out.string(warning);
  }
  out.end_array();
}

// Narrower than Kubernetes allows, which drops a key that it does not like without a word.
bool is_audit_key(std::string_view key) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return key.size() >= 2 && key.size() <= limits::kAuditKeyBytes && letter(key.front()) &&
         key.back() != '-' && std::ranges::all_of(key, inner);
}

void write_audit_annotations(JsonWriter& out, const Answer& answer) {
  std::set<std::string> written;
  for (const auto& [key, value] : answer.audit_annotations) {
    if (written.size() == limits::kAuditAnnotations) {
      break;
    }
    if (!is_audit_key(key) || !written.insert(key).second) {
      continue;
    }
    if (written.size() == 1) {
      out.key("auditAnnotations").begin_object();
    }
    out.member(key, log::clean(value, limits::kAuditAnnotationBytes));
  }
  if (!written.empty()) {
    out.end_object();
  }
}

}  // namespace
}  // namespace countersign::kube
