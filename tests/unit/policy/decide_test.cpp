// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/decide.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace countersign::policy {
namespace {

Report report(Verdict verdict) {
  Report made;
  made.verdict = verdict;
  return made;
}

ImageResult result(std::string field, Action action, Mode mode, Result<Report> report) {
  ImageResult made;
  made.field = std::move(field);
  made.action = action;
  made.mode = mode;
  made.report = std::move(report);
  return made;
}

ImageResult verified(std::string field, Result<Report> found) {
  return result(std::move(field), Action::Verify, Mode::Enforce, std::move(found));
}

std::vector<std::string> fields(const std::vector<Refusal>& refusals) {
  std::vector<std::string> names;
  for (const auto& refusal : refusals) {
    names.push_back(refusal.field);
  }
  return names;
}

TEST(Decide, DeniesWhenNobodyDecided) {
  EXPECT_FALSE(Decision().allowed);
  EXPECT_FALSE(decide(std::array{ImageResult()}).allowed);
}

TEST(Decide, AllowsAReviewWithoutImages) {
  const auto decision = decide({});
  EXPECT_TRUE(decision.allowed);
  EXPECT_FALSE(decision.may_retry);
}

struct Row {
  std::string name;
  Action action;
  Result<Report> report;
  std::optional<Reason> refused;
};

TEST(Decide, JudgesOneImage) {
  const std::array rows{
      Row{"trusted", Action::Verify, report(Verdict::Trusted), std::nullopt},
      Row{"skipped by the trust policy", Action::Verify, report(Verdict::Skipped), std::nullopt},
      Row{"untrusted", Action::Verify, Report::refused(Reason::SignatureNotFound, ""),
          Reason::SignatureNotFound},
      Row{"a report that nobody filled", Action::Verify, Report(), Reason::Internal},
      Row{"a verdict beyond the enum", Action::Verify, report(static_cast<Verdict>(77)),
          Reason::Internal},
      Row{"an error", Action::Verify, fail(Reason::RegistryUnavailable, ""),
          Reason::RegistryUnavailable},
      Row{"a reference that can't be parsed", Action::Verify, fail(Reason::LocalImageId, ""),
          Reason::LocalImageId},
      Row{"allowed by a rule, nothing was looked at", Action::Allow,
          fail(Reason::Internal, "not judged"), std::nullopt},
      Row{"denied by a rule, whatever the report says", Action::Deny, report(Verdict::Trusted),
          Reason::ImageDenied},
      Row{"an action beyond the enum", static_cast<Action>(77), report(Verdict::Trusted),
          Reason::Internal},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const std::array results{result("f", row.action, Mode::Enforce, row.report)};
    const auto decision = decide(results);
    EXPECT_EQ(decision.allowed, !row.refused.has_value());
    ASSERT_EQ(decision.enforced.size(), row.refused ? 1U : 0U);
    if (row.refused) {
      EXPECT_EQ(decision.reason, *row.refused);
      EXPECT_EQ(decision.enforced[0].reason, *row.refused);
    }
  }
}

// An Error can only refuse: put in place of any report, it never turns a denial into an allowance.
TEST(Decide, AnErrorNeverAllowsWhatAReportRefuses) {
  const std::array reports{report(Verdict::Untrusted), report(Verdict::Trusted),
                           report(Verdict::Skipped)};
  for (const auto reason : all_reasons()) {
    SCOPED_TRACE(wire_name(reason));
    EXPECT_FALSE(decide(std::array{verified("f", fail(reason, ""))}).allowed);
    for (const auto& other : reports) {
      EXPECT_FALSE(
          decide(std::array{verified("a", other), verified("b", fail(reason, ""))}).allowed);
      EXPECT_FALSE(
          decide(std::array{verified("a", fail(reason, "")), verified("b", other)}).allowed);
    }
  }
}

TEST(Decide, TellsWhatIsKnownOfARefusal) {
  auto found = Report::refused(Reason::Untrusted, "nobody knows the root");
  found.policy = "production";
  found.digest = oci::Digest::of(as_bytes("image"));
  auto one = verified("spec.containers[0].image", found);
  one.container = "web";
  one.image = "registry.example/web:1";
  one.rule = "signed";
  const auto decision = decide(std::array{one});
  ASSERT_EQ(decision.enforced.size(), 1U);
  const auto& refusal = decision.enforced[0];
  EXPECT_EQ(refusal.field, "spec.containers[0].image");
  EXPECT_EQ(refusal.container, "web");
  EXPECT_EQ(refusal.image, "registry.example/web:1");
  EXPECT_EQ(refusal.digest, oci::Digest::of(as_bytes("image")).text());
  EXPECT_EQ(refusal.rule, "signed");
  EXPECT_EQ(refusal.policy, "production");
  EXPECT_EQ(refusal.detail, "nobody knows the root");
  EXPECT_EQ(refusal.mode, Mode::Enforce);
}

// POL-01
TEST(Decide, DeniesWithTheReasonOfTheRule) {
  auto unmatched = result("f", Action::Deny, Mode::Enforce, fail(Reason::Internal, "not judged"));
  unmatched.denial = Reason::NoPolicy;
  EXPECT_EQ(decide(std::array{unmatched}).reason, Reason::NoPolicy);
}

TEST(Decide, KeepsTheOrderOfTheFields) {
  const std::array results{
      verified("z", Report::refused(Reason::SignatureNotFound, "")),
      verified("m", report(Verdict::Trusted)),
      verified("a", fail(Reason::RegistryThrottled, "")),
      result("k", Action::Deny, Mode::Enforce, report(Verdict::Trusted)),
      verified("a", Report::refused(Reason::Untrusted, "")),
  };
  const auto decision = decide(results);
  EXPECT_EQ(fields(decision.enforced), (std::vector<std::string>{"z", "a", "k", "a"}));
  EXPECT_EQ(decision.reason, Reason::SignatureNotFound);
  EXPECT_EQ(decision.enforced[3].reason, Reason::Untrusted);
}

TEST(Decide, DoesNotDependOnTheOrderOfTheImages) {
  std::array results{verified("a", report(Verdict::Trusted)),
                     verified("b", Report::refused(Reason::Revoked, "")),
                     result("c", Action::Allow, Mode::Enforce, Report())};
  const auto by_field = [](const ImageResult& one, const ImageResult& other) {
    return one.field < other.field;
  };
  do {
    const auto decision = decide(results);
    EXPECT_FALSE(decision.allowed);
    EXPECT_EQ(decision.reason, Reason::Revoked);
  } while (std::next_permutation(results.begin(), results.end(), by_field));
}

// POL-14: a mode never changes what is found, only whom it stops.
TEST(Decide, OnlyEnforcedRefusalsDeny) {
  const std::array modes{Mode::Enforce, Mode::Warn, Mode::Audit};
  for (const auto action : {Action::Verify, Action::Deny}) {
    for (const auto mode : modes) {
      const std::array results{
          result("f", action, mode, Report::refused(Reason::ImageDenied, "d"))};
      const auto decision = decide(results);
      EXPECT_EQ(decision.allowed, mode != Mode::Enforce);
      EXPECT_EQ(decision.enforced.size(), mode == Mode::Enforce ? 1U : 0U);
      EXPECT_EQ(decision.warned.size(), mode == Mode::Warn ? 1U : 0U);
      EXPECT_EQ(decision.audited.size(), mode == Mode::Audit ? 1U : 0U);
      for (const auto* list : {&decision.enforced, &decision.warned, &decision.audited}) {
        for (const auto& refusal : *list) {
          EXPECT_EQ(refusal.reason, Reason::ImageDenied);
          EXPECT_EQ(refusal.mode, mode);
        }
      }
    }
  }
}

TEST(Decide, AnUnknownModeIsEnforced) {
  const std::array results{
      result("f", Action::Verify, static_cast<Mode>(77), Report::refused(Reason::Revoked, ""))};
  EXPECT_FALSE(decide(results).allowed);
}

TEST(Decide, AWarningBesideARefusalStillDenies) {
  const std::array results{
      result("a", Action::Verify, Mode::Warn, Report::refused(Reason::Untrusted, "")),
      verified("b", Report::refused(Reason::Revoked, ""))};
  const auto decision = decide(results);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.reason, Reason::Revoked);
  EXPECT_EQ(fields(decision.warned), std::vector<std::string>{"a"});
}

TEST(Decide, MayBeRetriedWhenEveryEnforcedRefusalMayPass) {
  const auto throttled = verified("a", fail(Reason::RegistryThrottled, ""));
  const auto late = verified("b", fail(Reason::DeadlineExceeded, ""));
  const auto unsigned_image = verified("c", Report::refused(Reason::SignatureNotFound, ""));
  auto warned = unsigned_image;
  warned.mode = Mode::Warn;
  EXPECT_TRUE(decide(std::array{throttled, late}).may_retry);
  EXPECT_TRUE(decide(std::array{throttled, warned}).may_retry);
  EXPECT_FALSE(decide(std::array{throttled, unsigned_image}).may_retry);
  EXPECT_FALSE(decide(std::array{unsigned_image}).may_retry);
  EXPECT_FALSE(decide(std::array{warned}).may_retry);
}

SignatureReport signature(Verdict verdict, std::vector<CheckReport> checks) {
  return {.digest = oci::Digest::of(as_bytes("signature")),
          .media_type = {},
          .verdict = verdict,
          .reason = Reason::Internal,
          .detail = {},
          .signing_scheme = {},
          .signing_time = {},
          .expiry = {},
          .signer = {},
          .checks = std::move(checks)};
}

TEST(Decide, TellsOnWhatAnImagePasses) {  // BND-16
  auto good = signature(Verdict::Trusted, {});
  good.signer = SignerReport{.subject = "", .issuer = "", .thumbprint = "01ef", .not_after = {}};
  auto trusted = report(Verdict::Trusted);
  trusted.policy = "apps";
  trusted.digest = oci::Digest::of(as_bytes("image"));
  trusted.signatures = {signature(Verdict::Untrusted, {}), good};
  auto skipped = report(Verdict::Skipped);
  skipped.policy = "free";
  const auto decision = decide(std::array{verified("one", trusted), verified("two", skipped),
                                          verified("three", report(Verdict::Untrusted)),
                                          result("four", Action::Allow, Mode::Enforce, skipped)});
  ASSERT_EQ(decision.accepted.size(), 2U);
  const auto& one = decision.accepted[0];
  EXPECT_EQ(one.field, "one");
  EXPECT_EQ(one.policy, "apps");
  EXPECT_EQ(one.digest, oci::Digest::of(as_bytes("image")).text());
  EXPECT_EQ(one.signature, good.digest.text());
  EXPECT_EQ(one.signer, "01ef");
  EXPECT_EQ(decision.accepted[1].field, "two");
  EXPECT_EQ(decision.accepted[1].signature, "");
}

TEST(Decide, NotesWhatDeservesAWordInAcceptedSignatures) {
  const std::vector<CheckReport> checks{
      {"integrity", "enforce", "pass", Reason::Internal, ""},
      {"expiry", "log", "fail", Reason::SignatureExpired, "since yesterday"},
      {"revocation", "enforce", "pass", Reason::Internal, "by a stale answer"},
      {"authenticity", "skip", "skip", Reason::Internal, ""},
      {"authenticTimestamp", "log", "pass", Reason::Internal, ""}};
  auto trusted = report(Verdict::Trusted);
  trusted.signatures = {signature(Verdict::Untrusted, checks), signature(Verdict::Trusted, checks)};
  auto untrusted = report(Verdict::Untrusted);
  untrusted.signatures = {signature(Verdict::Untrusted, checks)};
  const auto decision = decide(std::array{verified("one", trusted), verified("two", untrusted)});
  ASSERT_EQ(decision.notes.size(), 2U);
  for (const auto* part : {"one", "expiry", "SIGNATURE_EXPIRED", "since yesterday"}) {
    EXPECT_NE(decision.notes[0].find(part), std::string::npos) << part;
  }
  for (const auto* part : {"one", "revocation", "by a stale answer"}) {
    EXPECT_NE(decision.notes[1].find(part), std::string::npos) << part;
  }
}

TEST(Decide, RecordsEverySignatureThatCounted) {
  auto one = signature(Verdict::Trusted, {});
  one.policy = "build/apps";
  auto other = signature(Verdict::Trusted, {});
  other.policy = "release/apps";
  auto trusted = report(Verdict::Trusted);
  trusted.policy = "build/apps, release/apps, scan/none";
  trusted.signatures = {one, signature(Verdict::Untrusted, {}), other};
  trusted.skipped = {"scan/none"};
  const auto decision = decide(std::array{verified("one", trusted)});
  ASSERT_EQ(decision.accepted.size(), 3U);
  EXPECT_EQ(decision.accepted[0].policy, "build/apps");
  EXPECT_EQ(decision.accepted[1].policy, "release/apps");
  EXPECT_EQ(decision.accepted[2].policy, "scan/none");
  EXPECT_EQ(decision.accepted[2].signature, "") << "it demands none";
}

TEST(Decide, RecordsWhatPassedUnjudged) {
  auto system = result("one", Action::Allow, Mode::Enforce, fail(Reason::Internal, ""));
  system.rule = "system";
  auto again = system;
  auto other = system;
  other.rule = "tools";
  EXPECT_FALSE(decide(std::array{verified("two", report(Verdict::Trusted))}).exemption);
  const auto decision = decide(std::array{system, again, other});
  ASSERT_TRUE(decision.exemption);
  EXPECT_EQ(decision.exemption->by, Exemption::By::Rule);
  EXPECT_EQ(text(*decision.exemption), "system, tools");
}

TEST(Decide, LetsEverythingThroughBehindTheGlass) {
  const auto decision = break_glass();
  EXPECT_TRUE(decision.allowed);
  ASSERT_TRUE(decision.exemption);
  EXPECT_EQ(decision.exemption->by, Exemption::By::BreakGlass);
  EXPECT_EQ(text(*decision.exemption), "break-glass");
}

}  // namespace
}  // namespace countersign::policy
