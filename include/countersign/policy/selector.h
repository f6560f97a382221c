// SPDX-License-Identifier: Apache-2.0
// Selects namespaces by their labels, with the meaning that Kubernetes gives to a label selector.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::policy {

using Labels = std::map<std::string, std::string, std::less<>>;

class Requirement {  // on one label
 public:
  enum class Operator : std::uint8_t { In, NotIn, Exists, DoesNotExist };
  // "In" and its like. Reason::BadConfig.
  [[nodiscard]] static Result<Operator> parse_operator(std::string_view);

  // Reason::BadConfig: key and values must be such as a label can have; In and NotIn need values,
  // the others take none.
  [[nodiscard]] static Result<Requirement> make(std::string_view key, Operator,
                                                std::vector<std::string> values);

  // NotIn is met, too, where there is no such label.
  bool met_by(const Labels&) const;
  // Whatever meets this one meets `other`. False when that can't be told from the two alone.
  bool implies(const Requirement& other) const;
  const std::string& key() const { return key_; }

 private:
  Requirement() = default;
  std::string key_;
  Operator operator_ = Operator::In;
  std::vector<std::string> values_;  // sorted, each once
};

struct Selector {
  std::vector<Requirement> requirements;  // all must be met; none: selects everything

  bool empty() const { return requirements.empty(); }
  bool matches(const Labels&) const;
  // Selects whatever `other` selects. False when that can't be told.
  bool covers(const Selector& other) const;
};

}  // namespace countersign::policy
