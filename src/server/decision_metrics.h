// SPDX-License-Identifier: Apache-2.0
// The series about decisions. Decisions, modes, outcomes, reasons and phases come from closed
// lists; names of rules from the operator's configuration, and only so many of them.
#pragma once
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "countersign/server/metrics.h"

namespace prometheus {
class Counter;
class Histogram;
class Registry;
template <class Metric>
class Family;
}  // namespace prometheus

namespace countersign::server {

class DecisionMetrics {  // thread-safe
 public:
  explicit DecisionMetrics(prometheus::Registry&);

  void decided(Metrics::Decision, Metrics::Run, Reason, std::chrono::nanoseconds took);
  void judged(const Metrics::Image&);
  void phase(Metrics::Phase, std::chrono::nanoseconds took);

 private:
  using Counter = prometheus::Counter;
  Counter& series(const Metrics::Image&);

  // Every counter of a decision exists from the start, so that a rate has a zero to begin with; and
  // these maps are never written again, so that reading them needs no lock.
  std::map<std::pair<Metrics::Decision, Reason>, Counter*> decisions_;
  std::map<Metrics::Decision, prometheus::Histogram*> durations_;
  std::map<Metrics::Phase, prometheus::Histogram*> phases_;
  Counter* dry_runs_ = nullptr;
  prometheus::Family<prometheus::Counter>& images_;
  std::mutex mutex_;
  // By rule, mode, outcome, reason. Rules come and go with reloads; their series stay.
  std::map<std::tuple<std::string, std::string, Metrics::Outcome, Reason>, Counter*, std::less<>>
      series_;
  std::set<std::string, std::less<>> rules_;  // that have series of their own
};

}  // namespace countersign::server
