// SPDX-License-Identifier: Apache-2.0
#include "server/decision_metrics.h"

#include <array>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "countersign/base/limits.h"

namespace countersign::server {
namespace {

constexpr std::array kDecisions{Metrics::Decision::Denied, Metrics::Decision::Allowed,
                                Metrics::Decision::Warned, Metrics::Decision::Exempted};
constexpr std::array kPhases{Metrics::Phase::Wait, Metrics::Phase::Read, Metrics::Phase::Judge,
                             Metrics::Phase::Answer};

std::string label(Metrics::Decision decision) {
  switch (decision) {
    case Metrics::Decision::Denied:
      return "denied";
    case Metrics::Decision::Allowed:
      return "allowed";
    case Metrics::Decision::Warned:
      return "warned";
    case Metrics::Decision::Exempted:
      return "exempted";
  }
  return "denied";
}

std::string label(Metrics::Phase phase) {
  switch (phase) {
    case Metrics::Phase::Wait:
      return "wait";
    case Metrics::Phase::Read:
      return "read";
    case Metrics::Phase::Judge:
      return "judge";
    case Metrics::Phase::Answer:
      return "answer";
  }
  return "wait";
}

std::string label(Metrics::Outcome outcome) {
  switch (outcome) {
    case Metrics::Outcome::Refused:
      return "refused";
    case Metrics::Outcome::Verified:
      return "verified";
    case Metrics::Outcome::Unverified:
      return "unverified";
  }
  return "refused";
}

// From a warm decision to the API server's default deadline.
prometheus::Histogram::BucketBoundaries buckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
}

// Parts of a decision are shorter.
prometheus::Histogram::BucketBoundaries fine_buckets() {
  return {0.00001, 0.000025, 0.0001, 0.00025, 0.001, 0.0025, 0.01,
          0.025,   0.1,      0.25,   1.0,     2.5,   10.0};
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

DecisionMetrics::DecisionMetrics(prometheus::Registry& registry)
    : images_(prometheus::BuildCounter()
                  .Name("countersign_images_total")
                  .Help("Judged images by rule, mode, outcome and reason")
                  .Register(registry)) {
  auto& decisions = prometheus::BuildCounter()
                        .Name("countersign_decisions_total")
                        .Help("Answered reviews by decision and first reason")
                        .Register(registry);
  auto& durations = prometheus::BuildHistogram()
                        .Name("countersign_decision_duration_seconds")
                        .Help("From the first byte of a review to its answer")
                        .Register(registry);
  auto& phases = prometheus::BuildHistogram()
                     .Name("countersign_decision_phase_duration_seconds")
                     .Help("The same, by what was done")
                     .Register(registry);
  for (const auto decision : kDecisions) {
    const auto name = label(decision);
    durations_[decision] = &durations.Add({{"decision", name}}, buckets());
    const bool reasoned =
        decision == Metrics::Decision::Denied || decision == Metrics::Decision::Warned;
    for (const auto reason : all_reasons()) {
      // What was let through has no reason: one series stands for all.
      const auto why = reasoned ? std::string(wire_name(reason)) : "NONE";
      decisions_[{decision, reason}] = &decisions.Add({{"decision", name}, {"reason", why}});
    }
  }
  for (const auto phase : kPhases) {
    phases_[phase] = &phases.Add({{"phase", label(phase)}}, fine_buckets());
  }
  dry_runs_ = &prometheus::BuildCounter()
                   .Name("countersign_dry_runs_total")
                   .Help("Those of the decisions that were about a dry run")
                   .Register(registry)
                   .Add({});
}

void DecisionMetrics::decided(Metrics::Decision decision, Metrics::Run run, Reason reason,
                              std::chrono::nanoseconds took) {
  decisions_.at({decision, reason})->Increment();
  durations_.at(decision)->Observe(seconds(took));
  if (run == Metrics::Run::Dry) {
    dry_runs_->Increment();
  }
}

void DecisionMetrics::phase(Metrics::Phase phase, std::chrono::nanoseconds took) {
  phases_.at(phase)->Observe(seconds(took));
}

void DecisionMetrics::judged(const Metrics::Image& image) { series(image).Increment(); }

prometheus::Counter& DecisionMetrics::series(const Metrics::Image& image) {
  const auto reason = image.outcome == Metrics::Outcome::Refused ? image.reason : Reason::Internal;
  const std::scoped_lock lock(mutex_);
  const auto known = series_.find(std::tuple(image.rule, image.mode, image.outcome, reason));
  if (known != series_.end()) {
    return *known->second;
  }
  const bool own = rules_.contains(image.rule) || rules_.size() < limits::kRuleSeries;
  const std::string rule(own ? image.rule : std::string_view("other"));
  auto& counter = images_.Add(
      {{"rule", rule},
       {"mode", std::string(image.mode)},
       {"outcome", label(image.outcome)},
       {"reason", image.outcome == Metrics::Outcome::Refused ? std::string(wire_name(reason))
                                                             : std::string("NONE")}});
  if (own) {
    rules_.insert(rule);
    series_.emplace(std::tuple(rule, std::string(image.mode), image.outcome, reason), &counter);
  }
  return counter;
}

}  // namespace countersign::server
