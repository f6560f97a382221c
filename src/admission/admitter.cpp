// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/admitter.h"

#include <algorithm>
#include <exception>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"

#include "admission/joint_verification.h"
#include "admission/platforms.h"
#include "admission/rule_finder.h"

namespace countersign::admission {
namespace {

using policy::ImageResult;
using policy::Report;

struct Round {  // what one request believes from start to end
  const Clock& clock;
  kube::Puller puller;
  View view;
  Time now;
  Deadline deadline;
};

using Metadata = std::map<std::string, std::string>;

struct Demands {  // beside what the trust policy demands
  Metadata metadata;
  policy::Demand policy;
  std::vector<oci::Platform> platforms;
};

Round begin(const Parts& parts, View view, kube::Puller puller, Deadline deadline) {
  return {parts.clock, std::move(puller), std::move(view), parts.clock.now(), deadline};
}

// Of an image whose signature is trusted.
Result<void> demand_platforms(const Round& round, const oci::Descriptor& manifest,
                              std::span<const oci::Platform> platforms,
                              registry::Repository& repository, Report& report) {
  TRY(auto missing, missing_platform(manifest, platforms, repository, round.deadline));
  if (missing) {
    report.verdict = policy::Verdict::Untrusted;
    report.reason = Reason::PlatformMissing;
    report.detail = std::move(*missing);
  }
  return {};
}

Result<Report> look_at(const Round& round, const oci::ImageRef& image, const Demands& demands) {
  JointVerification verification(*round.view.configuration, demands.policy, image.repository());
  if (verification.settled()) {
    TRY(auto report, verification.report());
    report.digest = image.digest();
    return report;
  }
  TRY(const auto repository, round.view.configuration->repositories->open(image, round.puller));
  if (round.deadline.passed(round.clock)) {
    return fail(Reason::DeadlineExceeded, "the time ran out before the image was looked at");
  }
  verification.announce(image, *repository, round.deadline);
  TRY(auto manifest, repository->resolve(image, round.deadline));
  const Subject subject{image.repository(), std::move(manifest), demands.metadata,
                        demands.policy.signers};
  verification.verify(subject, *repository, *round.view.trust, round.now, round.deadline);
  TRY(auto report, verification.report());
  if (report.verdict == policy::Verdict::Trusted) {
    TRY_VOID(demand_platforms(round, subject.manifest, demands.platforms, *repository, report));
  }
  report.digest = subject.manifest.digest;
  report.requests = repository->requests();
  return report;
}

// The edge behind which nothing throws: a port that breaks its promise denies its image.
Result<Report> judge_image(const Round& round, const oci::ImageRef& image, const Demands& demands) {
  try {
    return look_at(round, image, demands);
  } catch (const std::exception& thrown) {
    return fail(Reason::Internal, thrown.what());
  }
}

class Trial {  // of all images of one review
 public:
  Trial(Round round, WorkerPool& workers) : round_(std::move(round)), workers_(workers) {}

  policy::Decision run(const kube::Review& review) {
    RuleFinder rules(round_.view.configuration->rules, round_.view.configuration->namespaces.get(),
                     review.name_space, round_.deadline);
    for (const auto& use : review.images) {
      add(rules, use);
    }
    // Asked before anything is judged: it is for the day when nothing can be.
    if (!all_allowed() && rules.behind_the_glass()) {
      return policy::break_glass();
    }
    if (questions_.size() > limits::kImagesPerReview) {
      refuse_all();
    } else {
      judge_all();
    }
    auto decision = policy::decide(results_);
    for (const auto& [name, question] : questions_) {
      decision.requests += question.report ? question.report->requests : 0;
    }
    return decision;
  }

  ImageResult judge(std::string_view name_space, const kube::ImageUse& use) {
    const auto& configuration = *round_.view.configuration;
    auto rules = name_space.empty()
                     ? RuleFinder(configuration.rules, round_.deadline)
                     : RuleFinder(configuration.rules, configuration.namespaces.get(), name_space,
                                  round_.deadline);
    add(rules, use);
    judge_all();
    return std::move(results_.front());
  }

 private:
  struct Question {  // one distinct image, and the fields that ask it
    oci::ImageRef image;
    Demands demands;  // of its rule: one repository has one rule in one review
    std::vector<std::size_t> fields;
    Result<Report> report = fail(Reason::Internal, "not judged");
  };

  void add(RuleFinder& rules, const kube::ImageUse& use);
  bool all_allowed() const {
    return std::ranges::all_of(
        results_, [](const ImageResult& each) { return each.action == policy::Action::Allow; });
  }
  void judge_all();
  void refuse_all();

  Round round_;
  WorkerPool& workers_;
  std::vector<ImageResult> results_;
  std::map<std::string, Question> questions_;  // by canonical reference
};

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

void Trial::judge_all() {
  std::vector<std::function<void()>> parts;
  for (auto& [name, question] : questions_) {
    parts.emplace_back([this, &question] {
      question.report = judge_image(round_, question.image, question.demands);
    });
  }
  workers_.run_all(std::move(parts));
  for (const auto& [name, question] : questions_) {
    for (const auto field : question.fields) {
      results_[field].report = question.report;
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

kube::Puller puller_of(std::string_view name_space) {
  kube::Puller puller;
  if (!name_space.empty()) {
    puller.name_space = name_space;
    puller.service_account = "default";
  }
  return puller;
}

}  // namespace

policy::Decision Admitter::admit(const View& view, const kube::Review& review,
                                 Deadline deadline) const {
  try {
    return Trial(begin(parts_, view, review.puller, deadline), parts_.workers).run(review);
  } catch (const std::exception&) {
    return {};  // denies
  }
}

ImageResult Admitter::judge(const View& view, std::string_view name_space, const std::string& image,
                            Deadline deadline) const {
  try {
    return Trial(begin(parts_, view, puller_of(name_space), deadline), parts_.workers)
        .judge(name_space, {.field = {}, .container = {}, .image = image});
  } catch (const std::exception&) {
    ImageResult denied;
    denied.image = image;
    denied.action = policy::Action::Verify;  // by whatever rule: it was not judged
    return denied;
  }
}

Result<Report> Admitter::verify(const oci::ImageRef& image, const Metadata& required_metadata,
                                Deadline deadline) const {
  auto round = begin(parts_, view(), {}, deadline);
  auto demand = demand_without_rules(*round.view.configuration);
  return judge_image(round, image, {required_metadata, std::move(demand), {}});
}

}  // namespace countersign::admission
