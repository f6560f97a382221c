// SPDX-License-Identifier: Apache-2.0
#include "admission/rule_finder.h"

#include <string>

namespace countersign::admission {
namespace {

policy::Match match(const policy::Rules& rules, const policy::Place& place,
                    const oci::ImageRef* image) {
  return image == nullptr ? rules.first_match(place) : rules.first_match(place, *image);
}

}  // namespace

RuleFinder::Found RuleFinder::find(const oci::ImageRef* image) {
  const auto first = match(rules_, {name_space_, nullptr, where_}, image);
  if (first.certainty == policy::Match::Certainty::Certain) {
    return {first.rule};
  }
  const auto& known = labels();
  if (!known) {
    return {first.rule, known.error()};
  }
  const auto found = match(rules_, {name_space_, &*known}, image);
  switch (found.certainty) {
    case policy::Match::Certainty::Certain:
      return {found.rule};
    case policy::Match::Certainty::NeedsLabels:
      break;
  }
  return {found.rule, Error{Reason::Internal, "a rule needs labels that it has"}};
}

Result<bool> RuleFinder::behind_the_glass() {
  const auto& label = rules_.break_glass();
  if (!label) {
    return false;
  }
  TRY(const auto& known, labels());
  return label->met_by(known);
}

const Result<policy::Labels>& RuleFinder::labels() {
  if (!labels_) {
    labels_ = namespaces_ == nullptr
                  ? fail(Reason::NamespaceUnavailable, "there is nobody to ask for labels")
                  : namespaces_->labels(name_space_, deadline_);
  }
  return *labels_;
}

}  // namespace countersign::admission
