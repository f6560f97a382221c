// SPDX-License-Identifier: Apache-2.0
// The series about registries. Kinds and statuses come from closed lists here; hosts from one of
// the caller's.
#pragma once
#include <string_view>

#include "countersign/server/metrics.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <class Metric>
class Family;
}  // namespace prometheus

namespace countersign::server {

class RegistryMetrics {  // thread-safe
 public:
  explicit RegistryMetrics(prometheus::Registry&);

  void exchanged(const Metrics::RegistryExchange&);
  void breaker(std::string_view host, Metrics::RegistryBreaker);
  void pulls_left(std::string_view host, double count);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& retries_;
  prometheus::Family<prometheus::Counter>& bytes_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Gauge>& breakers_;
  prometheus::Family<prometheus::Gauge>& pulls_left_;
};

}  // namespace countersign::server
