// SPDX-License-Identifier: Apache-2.0
#include "app/policy_trial.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/policy/decide.h"

#include "app/time_budget.h"
#include "app/workload.h"

namespace countersign::app {
namespace {

using Decision = Expectation::Decision;

struct Finding {             // what became of one image, or of a pod
  std::string field, image;  // empty for a pod
  Decision decision = Decision::Deny;
  std::optional<Reason> reason = {};
  std::string rule = {};
};

class CaseLabels final : public admission::Namespaces {
 public:
  explicit CaseLabels(const std::optional<policy::Labels>& labels) : labels_(labels) {}
  Result<admission::Labels> labels(std::string_view, Deadline) override {
    if (!labels_) {
      return fail(Reason::NamespaceUnavailable, "the case has no namespaceLabels");
    }
    return *labels_;
  }

 private:
  std::optional<policy::Labels> labels_;
};

// The rule that decides, by its name.
std::string rule_of(const policy::Rules& rules, const policy::Place& place,
                    const std::string& image, const policy::Decision& decision) {
  using By = policy::Exemption::By;
  if (decision.exemption && decision.exemption->by == By::BreakGlass) {
    return std::string(policy::kBreakGlass);
  }
  const auto parsed = oci::ImageRef::parse(image);
  return (parsed ? rules.first_match(place, *parsed) : rules.first_match(place)).rule.name;
}

void find_refusal(const std::vector<policy::Refusal>& refusals, Decision decision,
                  Finding& finding) {
  const auto found = std::ranges::find(refusals, finding.field, &policy::Refusal::field);
  if (found != refusals.end()) {
    finding.decision = decision;
    finding.reason = found->reason;
  }
}

Finding of_image(const kube::ImageUse& use, const policy::Decision& decision) {
  Finding finding{.field = use.field, .image = use.image};
  finding.decision = Decision::Allow;
  find_refusal(decision.audited, Decision::Audit, finding);
  find_refusal(decision.warned, Decision::Warn, finding);
  find_refusal(decision.enforced, Decision::Deny, finding);
  return finding;
}

Finding of_pod(const policy::Decision& decision) {
  Finding finding;
  if (!decision.allowed) {
    finding.reason = decision.reason;
    return finding;
  }
  finding.decision = !decision.warned.empty()    ? Decision::Warn
                     : !decision.audited.empty() ? Decision::Audit
                                                 : Decision::Allow;
  return finding;
}

Finding unreadable(Reason reason) {
  Finding finding;
  finding.reason = reason;
  return finding;
}

// What may have pods, but of an unknown kind, is not judged: that must not read as allowed.
void add_unjudged(const ManifestReview& pod, std::vector<Finding>& findings) {
  switch (pod.left) {
    case Left::WithoutPods:
      return;
    case Left::Unknown:
      findings.push_back(unreadable(Reason::UnsupportedResource));
      return;
  }
}

// "spec.template.spec.containers[0].image" as a field of the pod itself.
std::string_view in_pod(std::string_view field) {
  const auto spec = field.rfind("spec.");
  return spec == std::string_view::npos ? field : field.substr(spec);
}

bool is_about(const Expectation& expected, const Finding& finding) {
  if (expected.image.empty() && expected.field.empty()) {
    return finding.field.empty();
  }
  return !finding.field.empty() && (expected.image.empty() || expected.image == finding.image) &&
         (expected.field.empty() || expected.field == finding.field ||
          expected.field == in_pod(finding.field));
}

std::string words(Decision decision, const std::optional<Reason>& reason, const std::string& rule) {
  return std::string(name(decision)) + (reason ? " " + std::string(wire_name(*reason)) : "") +
         (rule.empty() ? "" : " by rule " + rule);
}

std::string title(const Finding& finding) {
  return finding.field.empty() ? "the pod" : finding.field + " " + finding.image;
}

bool is_met(const Expectation& expected, const Finding& finding) {
  return expected.decision == finding.decision &&
         (!expected.reason || expected.reason == finding.reason) &&
         (expected.rule.empty() || expected.rule == finding.rule);
}

void compare(const Expectation& expected, const std::vector<Finding>& findings,
             std::vector<std::string>& differences) {
  bool found = false;
  for (const auto& finding : findings) {
    if (!is_about(expected, finding)) {
      continue;
    }
    found = true;
    if (!is_met(expected, finding)) {
      differences.push_back(title(finding) + ": " +
                            words(finding.decision, finding.reason, finding.rule) + ", expected " +
                            words(expected.decision, expected.reason, expected.rule));
    }
  }
  if (!found) {
    differences.push_back("there is no image " + expected.image +
                          (expected.field.empty() ? "" : " in " + expected.field));
  }
}

admission::View with_labels(const admission::View& view, const PolicyCase& given) {
  auto configuration = std::make_shared<admission::Configuration>(*view.configuration);
  configuration->namespaces = std::make_shared<CaseLabels>(given.labels);
  return {std::move(configuration), view.trust};
}

std::vector<ManifestReview> pods_of(const PolicyCase& given, const kube::Workloads& workloads) {
  std::vector<ManifestReview> pods;
  for (const auto& manifest : given.manifests) {
    std::ranges::move(manifest_reviews(manifest, given.name_space, workloads),
                      std::back_inserter(pods));
  }
  return pods;
}

}  // namespace

CaseResult PolicyTrial::run(const PolicyCase& given) const {
  const auto view = with_labels(admitter_.view(), given);
  CaseResult result{.name = given.name, .differences = {}};
  std::vector<Finding> findings;
  const auto& workloads = view.configuration->workloads;
  for (const auto& pod : pods_of(given, workloads)) {
    if (pod.json.empty()) {
      add_unjudged(pod, findings);
      continue;
    }
    const auto review = kube::parse_review(pod.json, workloads);
    if (!review) {
      findings.push_back(unreadable(review.error().error.reason));
      continue;
    }
    const auto decision =
        admitter_.admit(view, *review, Deadline::after(clock_, review_budget("")));
    const policy::Place place{review->name_space, given.labels ? &*given.labels : nullptr};
    findings.push_back(of_pod(decision));
    for (const auto& use : review->images) {
      auto& finding = findings.emplace_back(of_image(use, decision));
      finding.rule = rule_of(view.configuration->rules, place, use.image, decision);
    }
  }
  for (const auto& expected : given.expected) {
    compare(expected, findings, result.differences);
  }
  return result;
}

std::string trial_text(const std::vector<CaseResult>& results) {
  std::string text;
  std::size_t failed = 0;
  for (const auto& result : results) {
    const bool good = result.differences.empty();
    failed += good ? 0 : 1;
    text += (good ? "ok   " : "FAIL ") + log::clean(result.name, limits::kLogField) + "\n";
    for (const auto& difference : result.differences) {
      text += "     " + log::clean(difference, limits::kLogField) + "\n";
    }
  }
  return text + std::to_string(results.size() - failed) + " passed, " + std::to_string(failed) +
         " failed\n";
}

std::string trial_json(const std::vector<CaseResult>& results) {
  codec::JsonWriter writer;
  std::size_t failed = 0;
  writer.begin_object().key("cases").begin_array();
  for (const auto& result : results) {
    failed += result.differences.empty() ? 0 : 1;
    writer.begin_object().member("name", result.name).member("ok", result.differences.empty());
    writer.key("differences").begin_array();
    for (const auto& difference : result.differences) {
      writer.string(difference);
    }
    writer.end_array().end_object();
  }
  writer.end_array()
      .member("passed", results.size() - failed)
      .member("failed", failed)
      .end_object();
  return writer.take() + "\n";
}

}  // namespace countersign::app
