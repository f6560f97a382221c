// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/rule.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::policy {
namespace {

std::string_view name(References references) {
  switch (references) {
    case References::DigestOnly:
      return "digestOnly";
    case References::Any:
      return "any";
  }
  return "digestOnly";
}

// The one of `choices` that has that name.
template <class Choice>
Result<Choice> parse_choice(std::string_view text, std::initializer_list<Choice> choices) {
  std::string names;
  for (const auto choice : choices) {
    if (text == name(choice)) {
      return choice;
    }
    names.append(names.empty() ? "" : ", ").append(name(choice));
  }
  return fail(Reason::BadConfig,
              "\"" + log::clean(text, limits::kLogField) + "\" is none of " + names);
}

template <class Patterns, class Matches>
bool none_or_any(const Patterns& patterns, Matches matches) {
  return patterns.empty() || std::ranges::any_of(patterns, matches);
}

bool selects(const Rule& rule, std::string_view name_space) {
  return none_or_any(rule.namespaces, [name_space](const NamespacePattern& pattern) {
    return pattern.matches(name_space);
  });
}

bool selects(const Rule& rule, const oci::ImageRef& image) {
  return none_or_any(rule.images,
                     [&image](const ImagePattern& pattern) { return pattern.matches(image); });
}

}  // namespace

Result<Action> parse_action(std::string_view text) {
  return parse_choice(text, {Action::Allow, Action::Verify, Action::Deny});
}

Result<Mode> parse_mode(std::string_view text) {
  return parse_choice(text, {Mode::Enforce, Mode::Warn, Mode::Audit});
}

Result<References> parse_references(std::string_view text) {
  return parse_choice(text, {References::Any, References::DigestOnly});
}

std::string_view name(Action action) {
  switch (action) {
    case Action::Deny:
      return "deny";
    case Action::Verify:
      return "verify";
    case Action::Allow:
      return "allow";
  }
  return "deny";
}

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::Enforce:
      return "enforce";
    case Mode::Warn:
      return "warn";
    case Mode::Audit:
      return "audit";
  }
  return "enforce";
}

Rules::Rules(std::vector<Rule> rules, Rule fallback)
    : rules_(std::move(rules)), fallback_(std::move(fallback)) {
  fallback_.denial = Reason::NoPolicy;
}

const Rule& Rules::first_match(std::string_view name_space, const oci::ImageRef& image) const {
  const auto found = std::ranges::find_if(
      rules_, [&](const Rule& rule) { return selects(rule, name_space) && selects(rule, image); });
  return found == rules_.end() ? fallback_ : *found;
}

const Rule& Rules::first_match(std::string_view name_space) const {
  const auto found = std::ranges::find_if(rules_, [name_space](const Rule& rule) {
    return rule.images.empty() && selects(rule, name_space);
  });
  return found == rules_.end() ? fallback_ : *found;
}

}  // namespace countersign::policy
