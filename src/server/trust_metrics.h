// SPDX-License-Identifier: Apache-2.0
// The series about trust stores and Azure tokens. They come and go with what a vault holds, so each
// statement replaces the one before.
#pragma once
#include <span>
#include <vector>

#include "countersign/server/metrics.h"

namespace prometheus {
class Gauge;
class Registry;
template <class Metric>
class Family;
}  // namespace prometheus

namespace countersign::server {

class TrustMetrics {  // for one thread at a time
 public:
  explicit TrustMetrics(prometheus::Registry&);

  void trusted(std::span<const Metrics::TrustStore>, std::span<const Metrics::TrustedCertificate>);
  void tokens(std::span<const Metrics::AzureToken>);

 private:
  struct Series {  // of one name
    prometheus::Family<prometheus::Gauge>* family;
    std::vector<prometheus::Gauge*> gauges = {};
    void clear();
    template <class Labels>
    void add(Labels labels, double value);
  };
  Series certificates_, failing_, age_, not_after_;
  Series left_, requests_, failures_;
};

}  // namespace countersign::server
