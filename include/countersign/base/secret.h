// SPDX-License-Identifier: Apache-2.0
// Text that must not be seen: passwords, tokens.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// Can't be printed, formatted or compared by accident; wiped when it goes. What `reveal` returns is
// the caller's duty to keep out of logs, messages and error details.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);  // the caller's own copies, if any, are the caller's
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  const std::string& reveal() const { return value_; }  // the only way out: grep for it
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

// Overwrites the characters in a way that the optimiser keeps, then empties the string.
void wipe(std::string& text) noexcept;

}  // namespace countersign
