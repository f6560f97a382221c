// SPDX-License-Identifier: Apache-2.0
// Hosts as configuration lists them: one by name, or all that are one label below a name.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/result.h"

namespace countersign::registry {

class HostPattern {
 public:
  // "store.example", an IPv4 address, or "*.blob.example": any one label before it. Any case, no
  // port. Reason::BadConfig.
  [[nodiscard]] static Result<HostPattern> parse(std::string_view text);

  bool matches(std::string_view lower_case_host) const;

 private:
  enum class Kind : std::uint8_t { Exact, OneLabelBelow };
  HostPattern(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}
  Kind kind_;
  std::string name_;  // lower case, without "*."
};

}  // namespace countersign::registry
