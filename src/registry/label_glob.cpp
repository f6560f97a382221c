// SPDX-License-Identifier: Apache-2.0
#include "registry/label_glob.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

namespace countersign::registry {
namespace {

using Characters = std::bitset<256>;

struct Element {
  enum class Kind : std::uint8_t { OneOf, AnyRun };
  Kind kind = Kind::OneOf;
  Characters characters = {};
};

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  // nullopt when the pattern breaks the grammar.
  std::optional<std::vector<Element>> elements();

 private:
  std::optional<Element> element();
  std::optional<Characters> set();
  std::optional<unsigned char> in_set();
  std::optional<unsigned char> escaped();
  bool take(char character);

  std::string_view rest_;
};

bool match(const std::vector<Element>& pattern, std::string_view label);

}  // namespace

bool label_matches(std::string_view pattern, std::string_view label) {
  if (pattern.find_first_of("*?[\\") == std::string_view::npos) {
    return pattern == label;
  }
  const auto elements = PatternReader(pattern).elements();
  return elements && match(*elements, label);
}

namespace {

std::optional<std::vector<Element>> PatternReader::elements() {
  std::vector<Element> elements;
  while (!rest_.empty()) {
    auto next = element();
    if (!next) {
      return std::nullopt;
    }
    elements.push_back(*next);
  }
  return elements;
}

bool PatternReader::take(char character) {
  if (!rest_.starts_with(character)) {
    return false;
  }
  rest_.remove_prefix(1);
  return true;
}

std::optional<Element> PatternReader::element() {
  if (take('*')) {
    return Element{.kind = Element::Kind::AnyRun};
  }
  Element one;
  if (take('?')) {
    one.characters.set();
    return one;
  }
  if (take('[')) {
    const auto characters = set();
    if (!characters) {
      return std::nullopt;
    }
    one.characters = *characters;
    return one;
  }
  const auto character = escaped();
  if (!character) {
    return std::nullopt;
  }
  one.characters.set(*character);
  return one;
}

// '[' [ '^' ] { lo [ '-' hi ] } ']', with at least one range; an inverted range is empty.
std::optional<Characters> PatternReader::set() {
  const bool negated = take('^');
  Characters characters;
  do {
    const auto low = in_set();
    const auto high = low && take('-') ? in_set() : low;
    if (!high) {
      return std::nullopt;
    }
    for (unsigned each = *low; each <= *high; ++each) {
      characters.set(each);
    }
  } while (!take(']'));
  return negated ? ~characters : characters;
}

std::optional<unsigned char> PatternReader::in_set() {
  if (rest_.starts_with('-') || rest_.starts_with(']')) {
    return std::nullopt;
  }
  return escaped();
}

std::optional<unsigned char> PatternReader::escaped() {
  take('\\');
  if (rest_.empty()) {
    return std::nullopt;
  }
  const auto character = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return character;
}

// When something does not fit, only the last run can help by being longer: what an earlier one
// could reach, the last one reaches as well. So nothing is tried twice.
bool match(const std::vector<Element>& pattern, std::string_view label) {
  std::size_t at = 0;
  std::size_t matched = 0;
  std::optional<std::size_t> after_run;
  std::size_t run_end = 0;
  while (matched < label.size()) {
    if (at < pattern.size() && pattern[at].kind == Element::Kind::AnyRun) {
      after_run = ++at;
      run_end = matched;
    } else if (at < pattern.size() &&
               pattern[at].characters.test(static_cast<unsigned char>(label[matched]))) {
      ++at;
      ++matched;
    } else if (after_run) {
      at = *after_run;
      matched = ++run_end;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at].kind == Element::Kind::AnyRun) {
    ++at;
  }
  return at == pattern.size();
}

}  // namespace
}  // namespace countersign::registry
