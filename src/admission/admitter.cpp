// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/admitter.h"

#include <exception>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"

#include "admission/platforms.h"

namespace countersign::admission {
namespace {

using policy::ImageResult;
using policy::Report;

struct Round {  // what one request believes from start to end
  const Clock& clock;
  kube::Puller puller;
  std::shared_ptr<const Configuration> configuration;
  std::shared_ptr<const trust::Snapshot> trust;
  Time now;
  Deadline deadline;
};

using Metadata = std::map<std::string, std::string>;

struct Demands {  // beside what the trust policy demands
  Metadata metadata;
  std::vector<oci::Platform> platforms;
};

Round begin(const Parts& parts, kube::Puller puller, Deadline deadline) {
  return {parts.clock,   std::move(puller), parts.configuration(),
          parts.trust(), parts.clock.now(), deadline};
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
  const auto& verifier = *round.configuration->verifier;
  if (auto report = verifier.settled(image.repository())) {
    report->digest = image.digest();
    return std::move(*report);
  }
  TRY(const auto repository, round.configuration->repositories->open(image, round.puller));
  if (round.deadline.passed(round.clock)) {
    return fail(Reason::DeadlineExceeded, "the time ran out before the image was looked at");
  }
  verifier.announce(image, *repository, round.deadline);
  TRY(auto manifest, repository->resolve(image, round.deadline));
  const Subject subject{image.repository(), std::move(manifest), demands.metadata};
  TRY(auto report, verifier.verify(subject, *repository, *round.trust, round.now, round.deadline));
  if (report.verdict == policy::Verdict::Trusted) {
    TRY_VOID(demand_platforms(round, subject.manifest, demands.platforms, *repository, report));
  }
  report.digest = subject.manifest.digest;
  report.requests = repository->requests();
  return report;
}

// The edge behind which nothing throws: a port that breaks its promise denies its image.
Result<Report> judge(const Round& round, const oci::ImageRef& image, const Demands& demands) {
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
    for (const auto& use : review.images) {
      add(review.name_space, use);
    }
    if (questions_.size() > limits::kImagesPerReview) {
      refuse_all();
    } else {
      judge_all();
    }
    return policy::decide(results_);
  }

 private:
  struct Question {  // one distinct image, and the fields that ask it
    oci::ImageRef image;
    Demands demands;  // of its rule: one repository has one rule in one review
    std::vector<std::size_t> fields;
    Result<Report> report = fail(Reason::Internal, "not judged");
  };

  void add(std::string_view name_space, const kube::ImageUse& use);
  void judge_all();
  void refuse_all();

  Round round_;
  WorkerPool& workers_;
  std::vector<ImageResult> results_;
  std::map<std::string, Question> questions_;  // by canonical reference
};

void Trial::add(std::string_view name_space, const kube::ImageUse& use) {
  auto& result = results_.emplace_back();
  result.field = use.field;
  result.container = use.container;
  result.image = use.image;

  const auto& rules = round_.configuration->rules;
  auto image = oci::ImageRef::parse(use.image);
  const auto& rule = image ? rules.first_match(name_space, *image) : rules.first_match(name_space);
  result.rule = rule.name;
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
      questions_.try_emplace(std::move(name), Question{std::move(*image), {{}, rule.platforms}, {}})
          .first->second;
  question.fields.push_back(results_.size() - 1);
}

void Trial::judge_all() {
  std::vector<std::function<void()>> parts;
  for (auto& [name, question] : questions_) {
    parts.emplace_back(
        [this, &question] { question.report = judge(round_, question.image, question.demands); });
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

}  // namespace

policy::Decision Admitter::admit(const kube::Review& review, Deadline deadline) const {
  try {
    return Trial(begin(parts_, review.puller, deadline), parts_.workers).run(review);
  } catch (const std::exception&) {
    return {};  // denies
  }
}

Result<Report> Admitter::verify(const oci::ImageRef& image, const Metadata& required_metadata,
                                Deadline deadline) const {
  return judge(begin(parts_, {}, deadline), image, {required_metadata, {}});
}

}  // namespace countersign::admission
