// SPDX-License-Identifier: Apache-2.0
// Which rule decides about each image of one review. The labels of its namespace are read once, and
// only when a rule that could decide needs them.
#pragma once
#include <optional>
#include <string_view>

#include "countersign/admission/namespaces.h"
#include "countersign/base/clock.h"
#include "countersign/policy/rule.h"

namespace countersign::admission {

class RuleFinder {
 public:
  // All borrowed. `namespaces` null: labels can't be read.
  RuleFinder(const policy::Rules& rules, Namespaces* namespaces, std::string_view name_space,
             Deadline deadline)
      : rules_(rules), namespaces_(namespaces), name_space_(name_space), deadline_(deadline) {}

  // For an image that is asked about outside of every namespace.
  RuleFinder(const policy::Rules& rules, Deadline deadline)
      : RuleFinder(rules, nullptr, {}, deadline) {
    where_ = policy::Place::Where::Outside;
  }

  struct Found {
    const policy::Rule& rule;
    // NamespaceUnavailable: whether `rule` matches could not be found out, and nothing below it may
    // decide.
    std::optional<Error> unknown = {};
  };
  // `image` null: what was written can't be parsed.
  Found find(const oci::ImageRef* image);

  // Is the namespace labelled for break-glass? NamespaceUnavailable: its labels can't be read.
  Result<bool> behind_the_glass();

 private:
  const Result<policy::Labels>& labels();

  const policy::Rules& rules_;
  Namespaces* namespaces_;
  std::string_view name_space_;
  Deadline deadline_;
  policy::Place::Where where_ = policy::Place::Where::Inside;
  std::optional<Result<policy::Labels>> labels_;
};

}  // namespace countersign::admission
