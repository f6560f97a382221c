// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/header_reader.h"

#include <algorithm>

namespace countersign::net {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered;
}

template <class Predicate>
std::string_view HeaderReader::take_while(Predicate predicate) {
  const auto end = std::ranges::find_if_not(rest_, predicate);
  const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(taken.size());
  return taken;
}

bool HeaderReader::take(char character) {
  if (!at(character)) {
    return false;
  }
  rest_.remove_prefix(1);
  return true;
}

bool HeaderReader::skip_blanks() { return !take_while(is_blank).empty(); }

void HeaderReader::skip_commas() {
  take_while([](char c) { return c == ',' || is_blank(c); });
}

std::string_view HeaderReader::token() {
  return take_while(
      [](char c) { return is_letter_or_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~"); });
}

std::string_view HeaderReader::token68() {
  const auto whole = rest_;
  const auto letters =
      take_while([](char c) { return is_letter_or_digit(c) || is_one_of(c, "-._~+/"); });
  if (letters.empty()) {
    return letters;
  }
  const auto padding = take_while([](char c) { return c == '='; });
  return whole.substr(0, letters.size() + padding.size());
}

std::string_view HeaderReader::until(std::string_view any) {
  return take_while([any](char c) { return c > ' ' && c <= '~' && !is_one_of(c, any); });
}

std::optional<std::string> HeaderReader::quoted() {
  auto left = rest_;
  std::string text;
  if (left.empty() || left.front() != '"') {
    return std::nullopt;
  }
  left.remove_prefix(1);
  while (!left.empty() && left.front() != '"') {
    if (left.front() == '\\') {
      left.remove_prefix(1);
    }
    if (left.empty() || is_control(left.front())) {
      return std::nullopt;
    }
    text += left.front();
    left.remove_prefix(1);
  }
  if (left.empty()) {
    return std::nullopt;
  }
  rest_ = left.substr(1);
  return text;
}

}  // namespace countersign::net
