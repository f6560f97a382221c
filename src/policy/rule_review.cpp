// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/rule_review.h"

#include <algorithm>
#include <optional>

namespace countersign::policy {
namespace {

// No pattern: everything. Each of `theirs` must be covered by one of `mine` alone: what only two of
// them cover together is not seen.
template <class Pattern>
bool covers_all(const std::vector<Pattern>& mine, const std::vector<Pattern>& theirs,
                Effort& effort);
template <class Pattern>
const Pattern* covered_one(const std::vector<Pattern>& mine, const std::vector<Pattern>& theirs,
                           Effort& effort);

class Review {
 public:
  Review(const Rules& rules, std::span<const std::string> registries, Effort& effort)
      : rules_(rules), registries_(registries), effort_(effort) {}

  std::vector<Remark> run();

 private:
  void look_above(std::size_t place);
  bool takes_all(const Rule& above, const Rule& rule);
  std::optional<std::string> taken_part(const Rule& above, const Rule& rule);
  void look_at_registries(std::size_t place);
  void look_at_mode(std::size_t place);
  void look_at_the_rest();
  void say(std::size_t place, std::string text) {
    remarks_.push_back({Remark::About::Rule, place, std::move(text)});
  }

  const Rules& rules_;
  std::span<const std::string> registries_;
  Effort& effort_;
  std::vector<Remark> remarks_;
};

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::vector<Remark> Review::run() {
  bool compared = true;
  for (std::size_t place = 0; place < rules_.rules().size(); ++place) {
    if (compared) {
      look_above(place);
    }
    if (compared && effort_.spent()) {
      compared = false;
      say(place,
          "too many patterns to compare: from here on, rules were not held against those "
          "above them");
    }
    look_at_registries(place);
    look_at_mode(place);
  }
  look_at_the_rest();
  return std::move(remarks_);
}

// The first rule above that takes all of it says enough.
void Review::look_above(std::size_t place) {
  const auto& rule = rules_.rules()[place];
  for (std::size_t each = 0; each < place && !effort_.spent(); ++each) {
    const auto& above = rules_.rules()[each];
    if (takes_all(above, rule)) {
      say(place, "never matches: the rule " + quoted(above.name) + " above it takes all of it");
      return;
    }
    if (above.action != Action::Allow || rule.action == Action::Allow) {
      continue;
    }
    if (const auto part = taken_part(above, rule)) {
      say(place, "the rule " + quoted(above.name) + " above it allows " + *part +
                     ", which never comes to this " + std::string(name(rule.action)));
    }
  }
}

bool Review::takes_all(const Rule& above, const Rule& rule) {
  return above.selector.covers(rule.selector) &&
         covers_all(above.namespaces, rule.namespaces, effort_) &&
         covers_all(above.images, rule.images, effort_);
}

// What of a rule is dead because an allow with wider patterns stands above: an image pattern in all
// its namespaces, or a namespace with all its images.
std::optional<std::string> Review::taken_part(const Rule& above, const Rule& rule) {
  if (!above.selector.covers(rule.selector)) {
    return std::nullopt;
  }
  const auto* const name_space = covered_one(above.namespaces, rule.namespaces, effort_);
  const auto* const image = covered_one(above.images, rule.images, effort_);
  if (image != nullptr && covers_all(above.namespaces, rule.namespaces, effort_)) {
    return quoted(image->text());
  }
  if (name_space != nullptr && covers_all(above.images, rule.images, effort_)) {
    return "namespace " + quoted(name_space->text());
  }
  if (image != nullptr && name_space != nullptr) {
    return quoted(image->text()) + " in namespace " + quoted(name_space->text());
  }
  return std::nullopt;
}

void Review::look_at_registries(std::size_t place) {
  const auto& rule = rules_.rules()[place];
  if (rule.action != Action::Verify) {
    return;
  }
  for (const auto& pattern : rule.images) {
    const bool known = std::ranges::any_of(registries_, [&](const std::string& registry) {
      return !effort_.spend() || pattern.may_lie_in(registry);
    });
    if (!known) {
      say(place, quoted(pattern.text()) + " is in no configured registry: such images are refused");
    }
  }
}

void Review::look_at_mode(std::size_t place) {
  const auto& rule = rules_.rules()[place];
  switch (rule.mode) {
    case Mode::Enforce:
      return;
    case Mode::Warn:
    case Mode::Audit:
      if (rule.action != Action::Allow) {
        say(place, "mode " + std::string(name(rule.mode)) + " refuses nothing");
      }
      return;
  }
}

void Review::look_at_the_rest() {
  if (rules_.fallback().action == Action::Allow) {
    remarks_.push_back({Remark::About::Fallback, 0, "images that no rule names are allowed"});
  }
  if (const auto& label = rules_.break_glass()) {
    remarks_.push_back({Remark::About::BreakGlass, 0,
                        "whoever may label a namespace with " + quoted(label->key()) +
                            " can let everything in there through"});
  }
}

template <class Pattern>
bool covers_one(const std::vector<Pattern>& mine, const Pattern& theirs, Effort& effort) {
  return mine.empty() || std::ranges::any_of(mine, [&](const Pattern& pattern) {
           return effort.spend() && pattern.covers(theirs);
         });
}

bool is_everything(const NamespacePattern& pattern) { return pattern.text() == "*"; }
bool is_everything(const ImagePattern&) { return false; }

template <class Pattern>
bool covers_all(const std::vector<Pattern>& mine, const std::vector<Pattern>& theirs,
                Effort& effort) {
  if (theirs.empty()) {
    return mine.empty() ||
           std::ranges::any_of(mine, [](const Pattern& each) { return is_everything(each); });
  }
  return std::ranges::all_of(theirs,
                             [&](const Pattern& each) { return covers_one(mine, each, effort); });
}

template <class Pattern>
const Pattern* covered_one(const std::vector<Pattern>& mine, const std::vector<Pattern>& theirs,
                           Effort& effort) {
  const auto found = std::ranges::find_if(
      theirs, [&](const Pattern& each) { return covers_one(mine, each, effort); });
  return found == theirs.end() ? nullptr : &*found;
}

bool names(const Rule& rule, std::size_t verification) {
  return rule.action == Action::Verify &&
         std::ranges::find(rule.demand.verifications, verification) !=
             rule.demand.verifications.end();
}

bool may_match(const Rule& rule, const oci::ImageRef* repository, Effort& effort) {
  return rule.images.empty() || repository == nullptr ||
         std::ranges::any_of(rule.images, [&](const ImagePattern& pattern) {
           return !effort.spend() || pattern.matches(*repository);
         });
}

bool takes_every_namespace(const Rule& rule) {
  return rule.selector.empty() &&
         (rule.namespaces.empty() || std::ranges::any_of(rule.namespaces, [](const auto& each) {
            return is_everything(each);
          }));
}

}  // namespace

std::vector<Remark> review_rules(const Rules& rules, std::span<const std::string> registries,
                                 Effort& effort) {
  return Review(rules, registries, effort).run();
}

std::vector<std::size_t> unused_verifications(const Rules& rules, std::size_t count) {
  std::vector<std::size_t> unused;
  for (std::size_t each = 0; each < count; ++each) {
    const bool named =
        names(rules.fallback(), each) ||
        std::ranges::any_of(rules.rules(), [each](const Rule& rule) { return names(rule, each); });
    if (!named) {
      unused.push_back(each);
    }
  }
  return unused;
}

bool reaches(const Rules& rules, std::size_t verification, const oci::ImageRef* repository,
             Effort& effort) {
  for (const auto& rule : rules.rules()) {
    if (!effort.spend()) {
      return true;
    }
    if (!may_match(rule, repository, effort)) {
      continue;
    }
    if (names(rule, verification)) {
      return true;
    }
    if ((repository != nullptr || rule.images.empty()) && takes_every_namespace(rule)) {
      return false;  // no rule below is about it
    }
  }
  return names(rules.fallback(), verification);
}

}  // namespace countersign::policy
