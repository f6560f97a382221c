// SPDX-License-Identifier: Apache-2.0
// The lexical pieces that HTTP header values are made of (RFC 9110, section 5.6). Linear time.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace countersign::net {

std::string lower(std::string_view text);  // ASCII only

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char character) const { return !rest_.empty() && rest_.front() == character; }
  bool take(char character);
  bool skip_blanks();  // whether there were some
  void skip_commas();  // empty list elements, section 5.6.1

  // Nothing is consumed when there is none.
  std::string_view token();
  std::optional<std::string> quoted();  // unescaped; nullopt: not closed, or control characters
  std::string_view token68();           // section 11.2
  std::string_view until(std::string_view any);  // visible ASCII up to one of these or a blank

 private:
  template <class Predicate>
  std::string_view take_while(Predicate predicate);
  std::string_view rest_;
};

}  // namespace countersign::net
