// SPDX-License-Identifier: Apache-2.0
#include "app/judgement_batch.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/base/log.h"

#include "app/paint.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

class Crew {
 public:
  Crew(std::size_t count, const Ask& ask, const Told& told)
      : ask_(ask), told_(told), results_(count) {}

  std::vector<Judgement> run();

 private:
  void work();

  const Ask& ask_;
  const Told& told_;
  std::vector<std::optional<Judgement>> results_;  // each written by one thread
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;  // under the mutex
};

std::vector<Judgement> Crew::run() {
  {
    std::vector<std::jthread> threads;
    const auto wanted = std::min(results_.size(), limits::kParallelVerifications);
    while (threads.size() < wanted) {
      threads.emplace_back([this] { work(); });
    }
  }
  std::vector<Judgement> results;
  for (auto& each : results_) {
    results.push_back(*std::move(each));
  }
  return results;
}

void Crew::work() {
  for (auto place = next_++; place < results_.size(); place = next_++) {
    results_[place] = ask_(place);
    const std::scoped_lock lock(mutex_);
    told_(++done_);
  }
}

// Who signed, or why it is not trusted.
std::string reason_of(const Judgement& judgement) {
  const auto& report = judgement.report;
  if (!report) {
    return because(report.error().reason, report.error().detail);
  }
  switch (report->verdict) {
    case policy::Verdict::Trusted: {
      const auto good = std::ranges::find(report->signatures, policy::Verdict::Trusted,
                                          &policy::SignatureReport::verdict);
      return good != report->signatures.end() && good->signer ? good->signer->subject
                                                              : std::string();
    }
    case policy::Verdict::Skipped:
      return report->policy;
    case policy::Verdict::Untrusted:
      break;
  }
  return because(report->reason, report->detail);
}

std::string line_of(const Judgement& judgement, Colour colour) {
  constexpr std::size_t kColumn = 10;
  const std::string verdict(verdict_name(judgement.report));
  return painted(verdict, paint_of(judgement.report), colour) +
         std::string(kColumn - std::min(verdict.size(), kColumn - 1), ' ') +
         log::clean(judgement.reference, limits::kLogField) + "  " +
         log::clean(reason_of(judgement), limits::kLogField) + "\n";
}

std::string summary(const std::vector<Judgement>& judgements) {
  auto text = std::to_string(judgements.size()) + " images:";
  for (const auto* const verdict : {"trusted", "skipped", "untrusted", "undecided"}) {
    const auto count = std::ranges::count(
        judgements, verdict, [](const Judgement& each) { return verdict_name(each.report); });
    text += (text.ends_with(':') ? " " : ", ") + std::to_string(count) + " " + verdict;
  }
  return text + "\n";
}

}  // namespace

std::vector<Judgement> judge_all(std::size_t count, const Ask& ask, const Told& told) {
  return Crew(count, ask, told).run();
}

Exit exit_of(const std::vector<Judgement>& judgements) {
  auto exit = Exit::Yes;
  for (const auto& each : judgements) {
    exit = worse(exit, exit_of(each.report));
  }
  return exit;
}

std::string batch_text(const std::vector<Judgement>& judgements, Colour colour) {
  std::string text;
  for (const auto& each : judgements) {
    switch (each.evidence) {
      case policy::Evidence::NotWanted:
        text += line_of(each, colour);
        break;
      case policy::Evidence::Wanted:
        text += report_text(each, colour);
        break;
    }
  }
  return text + summary(judgements);
}

std::string batch_json(const std::vector<Judgement>& judgements) {
  std::string text = "[";
  for (const auto& each : judgements) {
    text += (text.size() == 1 ? "" : ",") + report_json(each);
  }
  return text + "]";
}

}  // namespace countersign::app
