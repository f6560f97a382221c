// SPDX-License-Identifier: Apache-2.0
// The plain-HTTP listener for the kubelet and Prometheus: /livez, /readyz, /metrics. No secrets,
// nothing that changes anything.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::server {

struct AdminPages {
  std::function<std::vector<std::string>()> not_ready;  // why not; empty means ready
  std::function<std::string()> details;                 // lines that /readyz?verbose adds
  std::function<std::string()> metrics;                 // Prometheus text
};

class Admin {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Admin>> create(const std::string& listen,
                                                             AdminPages pages);
  virtual ~Admin() = default;  // stops
  virtual std::uint16_t port() const = 0;
};

}  // namespace countersign::server
