// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "countersign/base/utf8.h"

namespace countersign::azure {
namespace {

struct Range {  // of characters
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Finds strings in a JSON document without copying anything. It checks no more than it needs to
// find its way: the parser that comes after it refuses what is not JSON.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  // What stands between the quotes of the member; nullopt when there is none or more than one.
  std::optional<Range> find_string(std::string_view member);

 private:
  bool take(char wanted);
  std::optional<Range> take_string();
  bool skip_value();
  bool skip_container();
  void skip_blanks();
  bool at(char wanted) const { return at_ < text_.size() && text_[at_] == wanted; }

  std::string_view text_;
  std::size_t at_ = 0;
};

// A JSON string without its quotes, into `text`, which never grows: so there is one copy. False
// when it is not valid.
bool unescape(std::string_view raw, std::string& text);

std::unexpected<Error> no_secret(std::string& answer) {
  wipe(answer);
  return fail(Reason::KeyVaultUnavailable, "an answer without the text of a secret");
}

}  // namespace

Result<Secret> take_secret_text(std::string& answer) {
  const auto value = Finder(answer).find_string("value");
  if (!value) {
    return no_secret(answer);
  }
  std::string text;
  text.reserve(value->end - value->begin);
  const bool good =
      unescape(std::string_view(answer).substr(value->begin, value->end - value->begin), text);
  blank_private_keys(text);
  Secret secret(std::move(text));
  if (!good) {
    return no_secret(answer);
  }
  std::fill(answer.begin() + static_cast<std::ptrdiff_t>(value->begin),
            answer.begin() + static_cast<std::ptrdiff_t>(value->end), 'x');
  return secret;
}

namespace {

bool same_letter(char one, char other) {
  return one == other || (other >= 'A' && other <= 'Z' && one == other - 'A' + 'a');
}

}  // namespace

void blank_private_keys(std::string& pem) {
  constexpr std::string_view kWords = "PRIVATE KEY";
  constexpr std::string_view kDashes = "-----";
  auto at = pem.begin();
  for (;;) {
    at = std::search(at, pem.end(), kWords.begin(), kWords.end(), same_letter);
    if (at == pem.end()) {
      return;
    }
    at += static_cast<std::ptrdiff_t>(kWords.size());
    const std::string_view rest(at, pem.end());
    const auto boundary = std::min({rest.find("-----BEGIN"), rest.find("-----END"), rest.size()});
    const auto end = at + static_cast<std::ptrdiff_t>(boundary);
    if (boundary >= kDashes.size() && rest.starts_with(kDashes)) {
      at += static_cast<std::ptrdiff_t>(kDashes.size());  // of the label's own line
    }
    std::replace_if(at, end, [](char c) { return c != '\r' && c != '\n'; }, ' ');
    at = end;
  }
}

namespace {

std::optional<Range> Finder::find_string(std::string_view member) {
  std::optional<Range> found;
  if (!take('{')) {
    return std::nullopt;
  }
  do {
    const auto name = take_string();
    if (!name || !take(':')) {
      return std::nullopt;
    }
    std::string plain;
    const auto raw = text_.substr(name->begin, name->end - name->begin);
    const bool is_it = unescape(raw, plain) && plain == member;
    skip_blanks();
    const bool has_string = at('"');
    const auto value = has_string ? take_string() : Range{};
    if (!value || (!has_string && !skip_value()) || (is_it && (found || !has_string))) {
      return std::nullopt;
    }
    found = is_it ? value : found;
  } while (take(','));
  return found;
}

void Finder::skip_blanks() {
  at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
}

bool Finder::take(char wanted) {
  skip_blanks();
  const bool there = at(wanted);
  at_ += there ? 1 : 0;
  return there;
}

std::optional<Range> Finder::take_string() {
  if (!take('"')) {
    return std::nullopt;
  }
  const auto begin = at_;
  while (at_ < text_.size() && text_[at_] != '"') {
    at_ += text_[at_] == '\\' ? 2 : 1;
  }
  if (at_ >= text_.size()) {
    return std::nullopt;
  }
  return Range{begin, at_++};
}

bool Finder::skip_value() {
  if (at('{') || at('[')) {
    return skip_container();
  }
  const auto begin = at_;
  at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
  return at_ > begin;
}

bool Finder::skip_container() {
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    if (at('"')) {
      if (!take_string()) {
        return false;
      }
      continue;
    }
    depth += at('{') || at('[') ? 1 : 0;
    depth -= at('}') || at(']') ? 1 : 0;
    ++at_;
    if (depth == 0) {
      return true;
    }
  }
  return false;
}

std::optional<char> simple_escape(char letter) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const auto index = kLetters.find(letter);
  return index == std::string_view::npos ? std::nullopt : std::optional(kMeanings[index]);
}

// The four digits at the front.
std::optional<std::uint32_t> hexadecimal(std::string_view text) {
  std::uint32_t number = 0;
  const auto* const end = text.data() + std::min<std::size_t>(text.size(), 4);
  const bool good = text.size() >= 4 && text[0] != '-' &&
                    std::from_chars(text.data(), end, number, 16).ptr == end;
  return good ? std::optional(number) : std::nullopt;
}

// "uXXXX", or two of them for what UTF-16 writes in two parts. Takes them from `rest`.
std::optional<std::uint32_t> take_code(std::string_view& rest) {
  const auto first = hexadecimal(rest.substr(1));
  if (!first || *first == 0) {
    return std::nullopt;
  }
  rest.remove_prefix(5);
  if (*first < 0xD800 || *first > 0xDFFF) {
    return first;
  }
  const auto second = rest.starts_with("\\u") ? hexadecimal(rest.substr(2)) : std::nullopt;
  if (*first > 0xDBFF || !second || *second < 0xDC00 || *second > 0xDFFF) {
    return std::nullopt;
  }
  rest.remove_prefix(6);
  return 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | (code >> shift & 0x3FU));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
    text += tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    text += {tail(6), tail(0)};
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    text += {tail(12), tail(6), tail(0)};
  }
}

// No escape is shorter than what it stands for.
bool unescape(std::string_view raw, std::string& text) {
  std::string_view rest = raw;
  while (!rest.empty()) {
    const char c = rest.front();
    if (static_cast<unsigned char>(c) < 0x20) {
      return false;
    }
    rest.remove_prefix(1);
    if (c != '\\') {
      text += c;
    } else if (rest.starts_with('u')) {
      const auto code = take_code(rest);
      if (!code) {
        return false;
      }
      append_utf8(text, *code);
    } else {
      const auto meaning = rest.empty() ? std::nullopt : simple_escape(rest.front());
      if (!meaning) {
        return false;
      }
      text += *meaning;
      rest.remove_prefix(1);
    }
  }
  return is_utf8(text);
}

}  // namespace
}  // namespace countersign::azure
