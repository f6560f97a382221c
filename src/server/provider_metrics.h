// SPDX-License-Identifier: Apache-2.0
// The series about the external data provider. They appear with its first request.
#pragma once
#include <chrono>

#include "countersign/server/metrics.h"

namespace prometheus {
class Counter;
class Histogram;
class Registry;
template <class Metric>
class Family;
}  // namespace prometheus

namespace countersign::server {

class ProviderMetrics {  // thread-safe
 public:
  explicit ProviderMetrics(prometheus::Registry&);

  void request(Metrics::ProviderRequest, std::chrono::nanoseconds took);
  void key(Metrics::ProviderKey, Reason);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& keys_;
  prometheus::Family<prometheus::Histogram>& durations_;
};

}  // namespace countersign::server
