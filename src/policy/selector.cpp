// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/selector.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::policy {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

// "must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start
// and end with an alphanumeric character": what a value may be, and, not empty, a key's name.
bool is_label_text(std::string_view text) {
  return text.empty() || (text.size() <= limits::kLabelBytes && is_alphanumeric(text.front()) &&
                          is_alphanumeric(text.back()) && std::ranges::all_of(text, [](char c) {
                            return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
                          }));
}

bool is_prefix(std::string_view text) {  // a DNS subdomain
  if (text.empty() || text.size() > limits::kLabelPrefixBytes) {
    return false;
  }
  char before = '.';
  for (const char c : text) {
    const bool dash = c == '-' && before != '.';
    const bool dot = c == '.' && is_lower_or_digit(before);
    if (!is_lower_or_digit(c) && !dash && !dot) {
      return false;
    }
    before = c;
  }
  return is_lower_or_digit(before);
}

bool is_key(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) {
    return !key.empty() && is_label_text(key);
  }
  const auto name = key.substr(slash + 1);
  return is_prefix(key.substr(0, slash)) && !name.empty() && is_label_text(name);
}

std::unexpected<Error> refuse(std::string_view text, std::string_view problem) {
  return fail(Reason::BadConfig,
              "\"" + log::clean(text, limits::kLogField) + "\" " + std::string(problem));
}

bool takes_values(Requirement::Operator which) {
  switch (which) {
    case Requirement::Operator::In:
    case Requirement::Operator::NotIn:
      return true;
    case Requirement::Operator::Exists:
    case Requirement::Operator::DoesNotExist:
      return false;
  }
  return true;
}

bool disjoint(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::none_of(
      one, [&other](const auto& each) { return std::ranges::binary_search(other, each); });
}

}  // namespace

Result<Requirement::Operator> Requirement::parse_operator(std::string_view text) {
  if (text == "In") {
    return Operator::In;
  }
  if (text == "NotIn") {
    return Operator::NotIn;
  }
  if (text == "Exists") {
    return Operator::Exists;
  }
  if (text == "DoesNotExist") {
    return Operator::DoesNotExist;
  }
  return refuse(text, "is none of In, NotIn, Exists, DoesNotExist");
}

Result<Requirement> Requirement::make(std::string_view key, Operator which,
                                      std::vector<std::string> values) {
  if (!is_key(key)) {
    return refuse(key, "can't be the key of a label");
  }
  for (const auto& value : values) {
    if (!is_label_text(value)) {
      return refuse(value, "can't be the value of a label");
    }
  }
  if (values.size() > limits::kSelectorValues) {
    return refuse(key, "has more than " + std::to_string(limits::kSelectorValues) + " values");
  }
  if (takes_values(which) == values.empty()) {
    return refuse(key, values.empty() ? "needs values" : "takes no values");
  }
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  Requirement requirement;
  requirement.key_ = key;
  requirement.operator_ = which;
  requirement.values_ = std::move(values);
  return requirement;
}

bool Requirement::met_by(const Labels& labels) const {
  const auto found = labels.find(key_);
  const bool there = found != labels.end();
  const bool listed = there && std::ranges::binary_search(values_, found->second);
  switch (operator_) {
    case Operator::In:
      return listed;
    case Operator::NotIn:
      return !listed;
    case Operator::Exists:
      return there;
    case Operator::DoesNotExist:
      return !there;
  }
  return false;
}

bool Requirement::implies(const Requirement& other) const {
  if (key_ != other.key_) {
    return false;
  }
  switch (other.operator_) {
    case Operator::In:
      return operator_ == Operator::In && std::ranges::includes(other.values_, values_);
    case Operator::NotIn:
      return operator_ == Operator::DoesNotExist ||
             (operator_ == Operator::NotIn && std::ranges::includes(values_, other.values_)) ||
             (operator_ == Operator::In && disjoint(values_, other.values_));
    case Operator::Exists:
      return operator_ == Operator::Exists || operator_ == Operator::In;
    case Operator::DoesNotExist:
      return operator_ == Operator::DoesNotExist;
  }
  return false;
}

bool Selector::matches(const Labels& labels) const {
  return std::ranges::all_of(requirements,
                             [&labels](const Requirement& each) { return each.met_by(labels); });
}

bool Selector::covers(const Selector& other) const {
  return std::ranges::all_of(requirements, [&other](const Requirement& mine) {
    return std::ranges::any_of(other.requirements,
                               [&mine](const Requirement& each) { return each.implies(mine); });
  });
}

}  // namespace countersign::policy
