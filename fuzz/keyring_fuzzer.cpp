// SPDX-License-Identifier: Apache-2.0
// Input: a pattern, a label and a docker configuration, each after a line break.
//
// Laws: a pattern matches what Go's definition of filepath.Match says it does, written down as it
// is defined, without thought for time; and a keyring gives no image more credentials than are
// tried, none twice, and its few entries for the image the same.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/registry/keyring.h"

#include "registry/label_glob.h"

namespace {

using countersign::registry::Credential;
using countersign::registry::Keyring;

void require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

// The character at the front, which a backslash may stand before, and what follows it.
std::optional<std::pair<char, std::string_view>> character(std::string_view pattern) {
  if (pattern.starts_with('\\')) {
    pattern.remove_prefix(1);
  }
  return pattern.empty() ? std::nullopt
                         : std::optional(std::pair(pattern.front(), pattern.substr(1)));
}

// What follows the ranges that begin `pattern`, and whether one of them has `wanted`.
std::optional<std::pair<bool, std::string_view>> ranges(std::string_view pattern,
                                                        unsigned char wanted) {
  if (pattern.starts_with('-') || pattern.starts_with(']')) {
    return std::nullopt;
  }
  const auto low = character(pattern);
  if (!low) {
    return std::nullopt;
  }
  auto high = low;
  if (low->second.starts_with('-')) {
    const auto after = low->second.substr(1);
    if (after.starts_with('-') || after.starts_with(']')) {
      return std::nullopt;
    }
    high = character(after);
  }
  if (!high) {
    return std::nullopt;
  }
  const bool here = static_cast<unsigned char>(low->first) <= wanted &&
                    wanted <= static_cast<unsigned char>(high->first);
  if (high->second.starts_with(']')) {
    return std::pair(here, high->second.substr(1));
  }
  const auto others = ranges(high->second, wanted);
  return others ? std::optional(std::pair(here || others->first, others->second)) : std::nullopt;
}

// One term of the pattern other than `*`, for one character.
std::optional<std::pair<bool, std::string_view>> term(std::string_view pattern, char wanted) {
  if (pattern.starts_with('?')) {
    return std::pair(true, pattern.substr(1));
  }
  if (!pattern.starts_with('[')) {
    const auto literal = character(pattern);
    return literal ? std::optional(std::pair(literal->first == wanted, literal->second))
                   : std::nullopt;
  }
  const bool negated = pattern.starts_with("[^");
  auto found = ranges(pattern.substr(negated ? 2 : 1), static_cast<unsigned char>(wanted));
  if (found && negated) {
    found->first = !found->first;
  }
  return found;
}

bool is_pattern(std::string_view pattern) {
  if (pattern.empty()) {
    return true;
  }
  if (pattern.starts_with('*')) {
    return is_pattern(pattern.substr(1));
  }
  const auto first = term(pattern, 'a');
  return first && is_pattern(first->second);
}

bool matches(std::string_view pattern, std::string_view label) {
  if (pattern.empty()) {
    return label.empty();
  }
  if (pattern.starts_with('*')) {
    return matches(pattern.substr(1), label) ||
           (!label.empty() && matches(pattern, label.substr(1)));
  }
  if (label.empty()) {
    return false;
  }
  const auto first = term(pattern, label.front());
  return first && first->first && matches(first->second, label.substr(1));
}

void check_pattern(std::string_view pattern, std::string_view label) {
  constexpr std::size_t kMost = 16;  // the definition takes exponential time
  const bool found = countersign::registry::label_matches(pattern, label);
  if (pattern.size() <= kMost && label.size() <= kMost) {
    require(found == (is_pattern(pattern) && matches(pattern, label)));
  }
}

bool same(const Credential& one, const Credential& other) {
  return one.kind == other.kind && one.user == other.user &&
         one.secret.reveal() == other.secret.reveal();
}

void check_keyring(std::string_view json, Keyring::Format format) {
  const auto keyring = Keyring::parse(json, format);
  if (!keyring) {
    return;
  }
  for (const auto* image : {"nginx", "r.example/a/b/c", "r.example:5000/a", "[fd00::1]:5000/a"}) {
    const auto reference = countersign::oci::ImageRef::parse(image).value();
    const auto found = keyring->match(reference);
    const auto again = keyring->only_for(reference).match(reference);
    require(found.has_value() == again.has_value());
    if (!found) {
      continue;
    }
    require(found->size() <= countersign::limits::kCredentialsTried);
    require(std::ranges::equal(*found, *again, same));
    for (auto one = found->begin(); one != found->end(); ++one) {
      require(std::none_of(one + 1, found->end(),
                           [one](const Credential& other) { return same(*one, other); }));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = countersign::as_text({data, size});
  const auto line = [&text] {
    const auto end = std::min(text.find('\n'), text.size());
    const auto found = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return found;
  };
  const auto pattern = line();
  check_pattern(pattern, line());
  check_keyring(text, Keyring::Format::DockerConfig);
  check_keyring(text, Keyring::Format::DockerCfg);
  return 0;
}
