// SPDX-License-Identifier: Apache-2.0
#include "admission/trial.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <span>
#include <utility>

#include "countersign/base/limits.h"

#include "admission/joint_verification.h"
#include "admission/platforms.h"

namespace countersign::admission {
namespace {

using policy::ImageResult;
using policy::Report;

// Of an image whose signature is trusted.
Result<void> demand_platforms(const TrialContext& context, const oci::Descriptor& manifest,
                              std::span<const oci::Platform> platforms,
                              registry::Repository& repository, Report& report) {
  TRY(auto missing, missing_platform(manifest, platforms, repository, context.deadline));
  if (missing) {
    report.verdict = policy::Verdict::Untrusted;
    report.reason = Reason::PlatformMissing;
    report.detail = std::move(*missing);
  }
  return {};
}

Result<Report> look_at(const TrialContext& context, const oci::ImageRef& image,
                       const Demands& demands) {
  JointVerification verification(*context.view.configuration, demands.policy, image.repository());
  if (verification.settled()) {
    TRY(auto report, verification.report());
    report.digest = image.digest();
    return report;
  }
  TRY(const auto repository, context.view.configuration->repositories->open(image, context.puller));
  if (context.deadline.waits() && context.deadline.passed(context.clock)) {
    return fail(Reason::DeadlineExceeded, "the time ran out before the image was looked at");
  }
  verification.announce(image, *repository, context.deadline);
  TRY(auto manifest, repository->resolve(image, context.deadline));
  const Subject subject{image.repository(), std::move(manifest), demands.metadata,
                        demands.policy.signers, demands.evidence};
  verification.verify(subject, *repository, *context.view.trust, context.now, context.deadline);
  TRY(auto report, verification.report());
  if (report.verdict == policy::Verdict::Trusted) {
    TRY_VOID(demand_platforms(context, subject.manifest, demands.platforms, *repository, report));
  }
  report.digest = subject.manifest.digest;
  report.requests = repository->requests();
  return report;
}

// Needs nothing more to be allowed. What is known can prove an image, but not refute it: what is
// not known might be the signature that is missing.
bool is_proven(const ImageResult& result) {
  if (result.action == policy::Action::Allow) {
    return true;
  }
  return result.action == policy::Action::Verify && result.report &&
         result.report->verdict != policy::Verdict::Untrusted;
}

}  // namespace

// The edge behind which nothing throws: a port that breaks its promise denies its image.
Result<Report> judge_image(const TrialContext& context, const oci::ImageRef& image,
                           const Demands& demands) {
  try {
    return look_at(context, image, demands);
  } catch (const std::exception& thrown) {
    return fail(Reason::Internal, thrown.what());
  }
}

policy::Decision Trial::run(const kube::Review& review, WorkerPool& workers) {
  auto rules = rules_in(review.name_space);
  for (const auto& use : review.images) {
    add(rules, use);
  }
  // Asked before anything is judged: it is for the day when nothing can be.
  if (!all_allowed() && rules.behind_the_glass().value_or(false)) {
    return policy::break_glass();
  }
  if (questions_.size() > limits::kImagesPerReview) {
    refuse_all();
  } else {
    judge_all(workers);
  }
  return decide();
}

std::optional<policy::Decision> Trial::run_at_once(const kube::Review& review) {
  if (review.images.size() > limits::kAtOnceImages) {
    return std::nullopt;
  }
  auto rules = rules_in(review.name_space);
  for (const auto& use : review.images) {
    add(rules, use);
  }
  if (!all_allowed()) {
    const auto broken = rules.behind_the_glass();
    if (!broken || *broken) {
      return std::nullopt;
    }
  }
  judge_in_turn();
  return all_proven() ? std::optional(decide()) : std::nullopt;
}

ImageResult Trial::judge(std::string_view name_space, const kube::ImageUse& use) {
  auto rules = name_space.empty()
                   ? RuleFinder(context_.view.configuration->rules, context_.deadline)
                   : rules_in(name_space);
  add(rules, use);
  judge_in_turn();
  return std::move(results_.front());
}

std::optional<ImageResult> Trial::judge_at_once(std::string_view name_space,
                                                const kube::ImageUse& use) {
  auto result = judge(name_space, use);
  return is_proven(result) ? std::optional(std::move(result)) : std::nullopt;
}

RuleFinder Trial::rules_in(std::string_view name_space) const {
  const auto& configuration = *context_.view.configuration;
  return {configuration.rules, configuration.namespaces.get(), name_space, context_.deadline};
}

void Trial::add(RuleFinder& rules, const kube::ImageUse& use) {
  auto& result = results_.emplace_back();
  result.field = use.field;
  result.container = use.container;
  result.image = use.image;

  auto image = oci::ImageRef::parse(use.image);
  auto [rule, unknown] = rules.find(image ? &*image : nullptr);
  result.rule = rule.name;
  if (unknown) {  // enforced, whatever that rule would have done
    result.action = policy::Action::Verify;
    result.report = std::unexpected(*std::move(unknown));
    return;
  }
  result.action = rule.action;
  result.mode = rule.mode;
  result.denial = rule.denial;
  if (rule.action != policy::Action::Verify) {
    return;
  }
  if (!image) {
    result.report = std::unexpected(std::move(image).error());
    return;
  }
  if (rule.references == policy::References::DigestOnly && !image->digest()) {
    result.report = Report::refused(Reason::TagNotAllowed, "no digest in " + image->text());
    return;
  }
  auto name = image->text();
  auto& question =
      questions_
          .try_emplace(std::move(name),
                       Question{std::move(*image), {{}, rule.demand, rule.platforms}, {}})
          .first->second;
  question.fields.push_back(results_.size() - 1);
}

bool Trial::all_allowed() const {
  return std::ranges::all_of(
      results_, [](const ImageResult& each) { return each.action == policy::Action::Allow; });
}

bool Trial::all_proven() const { return std::ranges::all_of(results_, is_proven); }

void Trial::judge_all(WorkerPool& workers) {
  std::vector<std::function<void()>> parts;
  for (auto& [name, question] : questions_) {
    parts.emplace_back([this, &question] {
      question.report = judge_image(context_, question.image, question.demands);
    });
  }
  workers.run_all(std::move(parts));
  spread_reports();
}

void Trial::judge_in_turn() {
  for (auto& [name, question] : questions_) {
    question.report = judge_image(context_, question.image, question.demands);
  }
  spread_reports();
}

void Trial::spread_reports() {
  for (auto& [name, question] : questions_) {
    requests_ += question.report ? question.report->requests : 0;
    const auto last = question.fields.back();
    for (const auto field : question.fields) {
      results_[field].report = field == last ? std::move(question.report) : question.report;
    }
  }
}

void Trial::refuse_all() {
  const auto why = std::to_string(questions_.size()) + " distinct images, " +
                   std::to_string(limits::kImagesPerReview) + " are judged at most";
  for (const auto& [name, question] : questions_) {
    for (const auto field : question.fields) {
      results_[field].report = Report::refused(Reason::TooManyImages, why);
    }
  }
}

policy::Decision Trial::decide() const {
  auto decision = policy::decide(results_);
  decision.requests += requests_;
  return decision;
}

}  // namespace countersign::admission
