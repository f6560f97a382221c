// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/gatekeeper/provider_response.h"

namespace countersign::gatekeeper {
namespace {

using policy::Action;
using policy::ImageResult;
using policy::Mode;
using policy::Verdict;

oci::Digest digest(std::string_view content) { return oci::Digest::of(as_bytes(content)); }

ImageResult result(Action action, Mode mode = Mode::Enforce) {
  ImageResult result;
  result.image = "r.example/app:1";
  result.rule = "rule";
  result.action = action;
  result.mode = mode;
  return result;
}

policy::SignatureReport signature(Verdict verdict, Reason reason = Reason::Internal) {
  return {.digest = digest("signature"),
          .media_type = {},
          .verdict = verdict,
          .reason = reason,
          .detail = "why",
          .signing_scheme = {},
          .signing_time = {},
          .expiry = {},
          .signer = policy::SignerReport{"CN=signer", "CN=authority", "", {}},
          .checks = {}};
}

ImageResult verified(policy::Report report, Mode mode = Mode::Enforce) {
  auto verified = result(Action::Verify, mode);
  report.digest = digest("image");
  report.policy = "statement";
  verified.report = std::move(report);
  return verified;
}

const Key kKey{.text = "[shop]r.example/app:1", .name_space = "shop", .image = "r.example/app:1"};

bool any_success(const Item& item) { return std::ranges::any_of(item.reports, &Report::success); }

TEST(Item, SaysWhoSignedWhatIsAccepted) {
  policy::Report report;
  report.verdict = Verdict::Trusted;
  report.signatures = {signature(Verdict::Untrusted, Reason::Untrusted),
                       signature(Verdict::Trusted)};
  const auto item = item_of(kKey, verified(report));
  EXPECT_EQ(item.outcome, Outcome::Accepted);
  EXPECT_EQ(item.key, kKey.text);
  EXPECT_EQ(item.subject, "r.example/app@" + digest("image").text());
  ASSERT_EQ(item.reports.size(), 2U);
  EXPECT_FALSE(item.reports[0].success);
  EXPECT_EQ(item.reports[0].reason, Reason::Untrusted);
  EXPECT_TRUE(item.reports[1].success);
  EXPECT_EQ(item.reports[1].digest, digest("signature").text());
  EXPECT_EQ(item.reports[1].subject, "CN=signer");
  EXPECT_EQ(item.reports[1].issuer, "CN=authority");
}

TEST(Item, HasAReportOfSuccessWhereNoSignatureIsDemanded) {
  policy::Report skipped;
  skipped.verdict = Verdict::Skipped;
  for (const auto& each : {result(Action::Allow), verified(skipped)}) {
    const auto item = item_of(kKey, each);
    EXPECT_EQ(item.outcome, Outcome::Accepted);
    ASSERT_EQ(item.reports.size(), 1U);
    EXPECT_TRUE(item.reports[0].success);
    EXPECT_TRUE(item.reports[0].digest.empty());
  }
}

TEST(Item, IsRefusedWithTheReasonFirst) {
  policy::Report report = policy::Report::refused(Reason::Untrusted, "nobody knows it");
  report.signatures = {signature(Verdict::Untrusted, Reason::EnvelopeInvalid),
                       signature(Verdict::Untrusted, Reason::Untrusted)};
  auto item = item_of(kKey, verified(report));
  EXPECT_EQ(item.outcome, Outcome::Refused);
  EXPECT_EQ(item.reason, Reason::Untrusted);
  ASSERT_EQ(item.reports.size(), 2U);
  EXPECT_EQ(item.reports[0].reason, Reason::Untrusted);
  EXPECT_EQ(item.reports[1].reason, Reason::EnvelopeInvalid);

  report.reason = Reason::SignatureLimit;
  item = item_of(kKey, verified(report));
  ASSERT_EQ(item.reports.size(), 3U);
  EXPECT_EQ(item.reports[0].reason, Reason::SignatureLimit);
  EXPECT_TRUE(item.reports[0].digest.empty());
}

// A template may look for one good signature and for nothing else.
TEST(Item, HasNoReportOfSuccessWhenTheImageIsRefused) {
  policy::Report report = policy::Report::refused(Reason::PlatformMissing, "no arm64");
  report.signatures = {signature(Verdict::Trusted)};
  const auto item = item_of(kKey, verified(report));
  EXPECT_EQ(item.outcome, Outcome::Refused);
  EXPECT_FALSE(any_success(item));
  EXPECT_EQ(item.reports[0].reason, Reason::PlatformMissing);
  EXPECT_EQ(item.reports[0].digest, digest("signature").text());
}

TEST(Item, IsRefusedByARule) {
  auto denied = result(Action::Deny);
  denied.denial = Reason::NoPolicy;
  const auto item = item_of(kKey, denied);
  EXPECT_EQ(item.outcome, Outcome::Refused);
  EXPECT_EQ(item.reason, Reason::NoPolicy);
  ASSERT_EQ(item.reports.size(), 1U);
  EXPECT_FALSE(any_success(item));
}

TEST(Item, IsUndecidedWhenAskingAgainMayHelp) {
  for (const auto reason : all_reasons()) {
    auto failed = result(Action::Verify);
    failed.report = fail(reason, "detail");
    const auto item = item_of(kKey, failed);
    EXPECT_EQ(item.outcome, may_retry(reason) ? Outcome::Undecided : Outcome::Refused)
        << wire_name(reason);
    EXPECT_EQ(item.reason, reason);
    EXPECT_FALSE(any_success(item));
    // The same as a finding about a signature: that no answer about revocation came, for example.
    EXPECT_EQ(item_of(kKey, verified(policy::Report::refused(reason, ""))).outcome, item.outcome);
  }
}

TEST(Item, PassesWithTheRefusalWhereARuleOnlyWarnsOrAudits) {
  for (const auto mode : {Mode::Warn, Mode::Audit}) {
    for (const auto reason : {Reason::Untrusted, Reason::RegistryUnavailable}) {
      const auto item = item_of(kKey, verified(policy::Report::refused(reason, ""), mode));
      EXPECT_EQ(item.outcome, Outcome::Warned);
      EXPECT_EQ(item.reason, reason);
      ASSERT_EQ(item.reports.size(), 1U);
      EXPECT_TRUE(item.reports[0].success);
      EXPECT_NE(item.reports[0].message.find(wire_name(reason)), std::string::npos);
    }
  }
}

TEST(Item, OfWhatNobodyJudgedIsRefused) {
  const auto item = item_of(kKey, {});
  EXPECT_EQ(item.outcome, Outcome::Refused);
  EXPECT_FALSE(any_success(item));
  EXPECT_EQ(Item{}.outcome, Outcome::Refused);
}

TEST(Item, OfAKeyThatCantBeReadHasItsFault) {
  auto key = kKey;
  key.fault = Error{Reason::BadReference, "too long"};
  const auto item = unreadable(key);
  EXPECT_EQ(item.outcome, Outcome::Unreadable);
  EXPECT_EQ(item.key, key.text);
  EXPECT_EQ(item.reason, Reason::BadReference);
  EXPECT_EQ(undecided(kKey, Reason::Overloaded, "").outcome, Outcome::Undecided);
}

TEST(Item, NamesAnImageThatCantBeReadAsItIsWritten) {
  auto failed = result(Action::Verify);
  failed.image = "UPPER/app";
  failed.report = fail(Reason::BadReference, "");
  EXPECT_EQ(item_of(kKey, failed).subject, "UPPER/app");
}

}  // namespace
}  // namespace countersign::gatekeeper
