// SPDX-License-Identifier: Apache-2.0
// From what was found out about an image to what a template is told.
#include <algorithm>
#include <utility>

#include "countersign/gatekeeper/provider_response.h"

namespace countersign::gatekeeper {
namespace {

using policy::ImageResult;
using policy::Refusal;
using policy::SignatureReport;

// At least one, if need be about no signature: templates count reports.
std::vector<Report> refused_reports(const ImageResult&, const Refusal&);
std::vector<Report> accepted_reports(const ImageResult&);
Report passed(std::string message);

std::string subject_of(const ImageResult& result) {
  const auto image = oci::ImageRef::parse(result.image);
  if (!image) {
    return result.image;
  }
  const bool judged = result.action == policy::Action::Verify && result.report.has_value();
  const auto digest = judged && result.report->digest ? result.report->digest : image->digest();
  return digest ? image->repository() + "@" + digest->text() : image->text();
}

Outcome outcome_of(const Refusal& refusal) {
  switch (refusal.mode) {
    case policy::Mode::Warn:
    case policy::Mode::Audit:
      return Outcome::Warned;
    case policy::Mode::Enforce:
      break;
  }
  return may_retry(refusal.reason) ? Outcome::Undecided : Outcome::Refused;
}

const Refusal* refusal_in(const policy::Decision& decision) {
  for (const auto* refusals : {&decision.enforced, &decision.warned, &decision.audited}) {
    if (!refusals->empty()) {
      return &refusals->front();
    }
  }
  return nullptr;
}

}  // namespace

Item item_of(const Key& key, const ImageResult& result) {
  const auto decision = policy::decide({&result, 1});
  Item item{.key = key.text, .subject = subject_of(result), .detail = {}, .reports = {}};
  const auto* const refusal = refusal_in(decision);
  if (refusal == nullptr && decision.allowed) {
    item.outcome = Outcome::Accepted;
    item.reports = accepted_reports(result);
    return item;
  }
  if (refusal == nullptr) {
    return item;  // a decision that nobody made
  }
  item.outcome = outcome_of(*refusal);
  item.reason = refusal->reason;
  item.detail = refusal->detail;
  if (item.outcome == Outcome::Warned) {
    item.reports.push_back(passed("would deny: " + error_text(item.reason, item.detail)));
  } else {
    item.reports = refused_reports(result, *refusal);
  }
  return item;
}

Item unreadable(const Key& key) {
  Item item{
      .key = key.text, .subject = {}, .outcome = Outcome::Unreadable, .detail = {}, .reports = {}};
  if (key.fault) {
    item.reason = key.fault->reason;
    item.detail = key.fault->detail;
  }
  return item;
}

Item undecided(const Key& key, Reason reason, std::string detail) {
  return {.key = key.text,
          .subject = key.image,
          .outcome = Outcome::Undecided,
          .reason = reason,
          .detail = std::move(detail),
          .reports = {}};
}

namespace {

Report passed(std::string message) {
  Report report;
  report.success = true;
  report.message = std::move(message);
  return report;
}

Report of_signature(const SignatureReport& signature) {
  Report report;
  report.digest = signature.digest.text();
  report.success = signature.verdict == policy::Verdict::Trusted;
  report.reason = signature.reason;
  report.message =
      report.success ? "the signature is trusted" : error_text(signature.reason, signature.detail);
  if (signature.signer) {
    report.subject = signature.signer->subject;
    report.issuer = signature.signer->issuer;
  }
  return report;
}

// A good signature does not help an image that is refused for another reason: a template that looks
// for one report of success must not find it here. The first report has the reason of the refusal.
std::vector<Report> refused_reports(const ImageResult& result, const Refusal& refusal) {
  const auto why = error_text(refusal.reason, refusal.detail);
  std::vector<Report> reports;
  if (result.action == policy::Action::Verify && result.report) {
    for (const auto& signature : result.report->signatures) {
      auto report = of_signature(signature);
      if (report.success) {
        report.success = false;
        report.reason = refusal.reason;
        report.message = "the signature is trusted, but " + why;
      }
      reports.push_back(std::move(report));
    }
  }
  const auto first = std::ranges::find(reports, refusal.reason, &Report::reason);
  if (first == reports.end()) {
    Report report;
    report.reason = refusal.reason;
    report.message = why;
    reports.insert(reports.begin(), std::move(report));
  } else {
    std::rotate(reports.begin(), first, first + 1);
  }
  return reports;
}

std::vector<Report> accepted_reports(const ImageResult& result) {
  std::vector<Report> reports;
  if (result.action != policy::Action::Verify || !result.report) {
    reports.push_back(passed("the rule " + result.rule + " demands no signature"));
    return reports;
  }
  bool any = false;
  for (const auto& signature : result.report->signatures) {
    reports.push_back(of_signature(signature));
    any = any || reports.back().success;
  }
  if (!any) {
    reports.push_back(passed("the policy " + result.report->policy + " demands no signature"));
  }
  return reports;
}

}  // namespace
}  // namespace countersign::gatekeeper
