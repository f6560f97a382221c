// SPDX-License-Identifier: Apache-2.0
#include "app/report_parts.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/next_step.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::app {

using codec::JsonWriter;

std::string_view name(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::Trusted:
      return "trusted";
    case policy::Verdict::Skipped:
      return "skipped";
    case policy::Verdict::Untrusted:
      return "untrusted";
  }
  return "untrusted";
}

std::string_view verdict_name(const Result<policy::Report>& report) {
  return report ? name(report->verdict) : "undecided";
}

std::string because(Reason reason, std::string_view detail) {
  return std::string(wire_name(reason)) + ", " + std::string(meaning(reason)) +
         (detail.empty() ? "" : ": " + std::string(detail));
}

std::string check_text(const policy::CheckReport& check) {
  if (check.result == "fail") {
    return "fail (" + check.action + ") " + because(check.reason, check.detail);
  }
  return check.result + (check.detail.empty() ? "" : ": " + check.detail);
}

std::string report_line(std::string_view indent, std::string_view label, std::string_view text) {
  constexpr std::size_t kColumn = 24;
  std::string padded(label);
  padded.resize(std::max(padded.size() + 1, kColumn - indent.size()), ' ');
  return std::string(indent) + padded + log::clean(text, limits::kLogField) + "\n";
}

void write_reason(JsonWriter& writer, Refused refused, Reason reason, std::string_view detail) {
  std::string_view code;
  switch (refused) {
    case Refused::Yes:
      code = wire_name(reason);
      break;
    case Refused::No:
      break;
  }
  writer.member("reason", code).member("detail", detail);
}

void write_time(JsonWriter& writer, std::string_view key, const std::optional<Time>& time) {
  writer.key(key);
  if (time) {
    writer.string(codec::format_rfc3339(*time));
  } else {
    writer.null();
  }
}

namespace {

void write_evidence(JsonWriter& writer, const policy::CheckReport& check) {
  if (check.result == "fail") {
    writer.member("nextStep", next_step(check.reason));
  }
  writer.key("evidence").begin_array();
  for (const auto& each : check.evidence) {
    writer.begin_object().member("name", each.name).member("value", each.value).end_object();
  }
  writer.end_array();
}

}  // namespace

void write_checks(JsonWriter& writer, const std::vector<policy::CheckReport>& checks) {
  writer.key("checks").begin_array();
  for (const auto& check : checks) {
    writer.begin_object()
        .member("check", check.check)
        .member("action", check.action)
        .member("result", check.result);
    write_reason(writer, check.result == "fail" ? Refused::Yes : Refused::No, check.reason,
                 check.detail);
    if (!check.evidence.empty()) {
      write_evidence(writer, check);
    }
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace countersign::app
