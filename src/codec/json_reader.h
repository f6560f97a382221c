// SPDX-License-Identifier: Apache-2.0
// Reads the text of one JSON document into a tree. RFC 8259, and what json.h refuses beside it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/codec/json.h"

#include "codec/json_tree.h"

namespace countersign::codec {

class JsonReader {  // of one text, once
 public:
  // Borrows both. The text has no NUL and no more bytes than it may have: see Json::parse.
  JsonReader(std::string_view text, const JsonLimits& limits)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), tree_(limits) {}

  // Nothing when the text is refused; then the two below say why and where.
  std::optional<Json> read();
  const std::string& problem() const { return tree_.problem(); }  // never quotes a value
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }  // bytes taken

 private:
  bool read_value();
  bool go_on();
  bool read_member_name();
  bool read_string();
  bool read_text(std::string& text);
  bool read_rest_of_text(std::string& text);
  bool read_escape(std::string& text);
  bool read_escaped_character(std::string& text);
  std::optional<char32_t> read_hex_digits();
  bool read_number();
  bool add_integer(std::string_view digits);
  bool add_real(std::string_view digits);
  template <class Value>
  bool read_word(std::string_view word, Value value);
  bool open(JsonTree::Container container);

  char next() const { return at_ == end_ ? '\0' : *at_; }  // no text has a NUL
  void skip_space() {
    const char* next = at_;
    while (next != end_ && (*next == ' ' || *next == '\n' || *next == '\t' || *next == '\r')) {
      ++next;
    }
    at_ = next;
  }
  bool take(char wanted) {
    if (at_ == end_ || *at_ != wanted) {
      return false;
    }
    ++at_;
    return true;
  }
  bool take_digits();
  bool malformed();

  const char* const begin_;
  const char* at_;
  const char* const end_;
  JsonTree tree_;
};

}  // namespace countersign::codec
