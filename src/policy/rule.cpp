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

// Labels come last: rules that are not about the image at all need none.
template <class IsAboutImage>
Match first(const std::vector<Rule>& rules, const Rule& fallback, const Place& place,
            IsAboutImage is_about_image) {
  for (const auto& rule : rules) {
    if (!selects(rule, place.name_space) || !is_about_image(rule)) {
      continue;
    }
    if (rule.selector.empty()) {
      return {rule, Match::Certainty::Certain};
    }
    if (place.where == Place::Where::Outside) {
      continue;
    }
    if (place.labels == nullptr) {
      return {rule, Match::Certainty::NeedsLabels};
    }
    if (rule.selector.matches(*place.labels)) {
      return {rule, Match::Certainty::Certain};
    }
  }
  return {fallback, Match::Certainty::Certain};
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

Rules::Rules(std::vector<Rule> rules, Rule fallback, std::optional<Requirement> break_glass)
    : rules_(std::move(rules)),
      fallback_(std::move(fallback)),
      break_glass_(std::move(break_glass)) {
  fallback_.denial = Reason::NoPolicy;
}

Match Rules::first_match(const Place& place, const oci::ImageRef& image) const {
  return first(rules_, fallback_, place,
               [&image](const Rule& rule) { return selects(rule, image); });
}

Match Rules::first_match(const Place& place) const {
  return first(rules_, fallback_, place, [](const Rule& rule) { return rule.images.empty(); });
}

}  // namespace countersign::policy
