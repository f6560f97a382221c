// SPDX-License-Identifier: Apache-2.0
#include "app/report_parts.h"

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

void write_checks(JsonWriter& writer, const std::vector<policy::CheckReport>& checks) {
  writer.key("checks").begin_array();
  for (const auto& check : checks) {
    writer.begin_object()
        .member("check", check.check)
        .member("action", check.action)
        .member("result", check.result);
    write_reason(writer, check.result == "fail" ? Refused::Yes : Refused::No, check.reason,
                 check.detail);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace countersign::app
