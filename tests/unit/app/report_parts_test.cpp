// SPDX-License-Identifier: Apache-2.0
#include "app/report_parts.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(ReportParts, NamesEveryVerdict) {
  policy::Report report;
  EXPECT_EQ(verdict_name(report), "untrusted") << "of a report that nobody made";
  report.verdict = policy::Verdict::Trusted;
  EXPECT_EQ(verdict_name(report), "trusted");
  report.verdict = policy::Verdict::Skipped;
  EXPECT_EQ(verdict_name(report), "skipped");
  EXPECT_EQ(verdict_name(fail(Reason::RegistryThrottled, "429")), "undecided");
}

TEST(ReportParts, SaysWhyInWords) {
  EXPECT_EQ(because(Reason::Revoked, "x"), "REVOKED, a certificate was revoked: x");
  EXPECT_EQ(because(Reason::Revoked, ""), "REVOKED, a certificate was revoked");
  EXPECT_EQ(check_text({"revocation", "log", "fail", Reason::Revoked, "x"}),
            "fail (log) REVOKED, a certificate was revoked: x");
  EXPECT_EQ(check_text({"revocation", "skip", "skip", {}, {}}), "skip");
  EXPECT_EQ(check_text({"revocation", "enforce", "pass", {}, {}}), "pass");
}

TEST(ReportParts, TellsWhatAPassRestsOn) {
  const policy::CheckReport stale{"revocation", "enforce", "pass", {}, "by a stale answer"};
  EXPECT_EQ(check_text(stale), "pass: by a stale answer");
  codec::JsonWriter writer;
  writer.begin_object();
  write_checks(writer, {stale});
  writer.end_object();
  EXPECT_EQ(writer.take(),
            R"({"checks":[{"check":"revocation","action":"enforce","result":"pass","reason":"",)"
            R"("detail":"by a stale answer"}]})");
}

TEST(ReportParts, WritesTimesAndTheirAbsence) {
  codec::JsonWriter writer;
  writer.begin_object();
  write_time(writer, "a", Time{});
  write_time(writer, "b", std::nullopt);
  write_reason(writer, Refused::Yes, Reason::Revoked, "c");
  writer.end_object();
  EXPECT_EQ(writer.take(),
            R"({"a":"1970-01-01T00:00:00Z","b":null,"reason":"REVOKED","detail":"c"})");
}

}  // namespace
}  // namespace countersign::app
