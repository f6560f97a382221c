// SPDX-License-Identifier: Apache-2.0
// Looks rules through for what they may not be meant to say. Pure, and bounded: patterns are held
// against each other limits::kRuleComparisons times at most, and then it is said that it stopped.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/oci/image_ref.h"
#include "countersign/policy/rule.h"

namespace countersign::policy {

struct Remark {
  enum class About : std::uint8_t { Rule, Fallback, BreakGlass };
  About about = About::Rule;
  std::size_t rule = 0;  // its place, of About::Rule
  std::string text;      // one clause, for people
};

class Effort {  // comparisons that are left
 public:
  explicit Effort(std::size_t most = limits::kRuleComparisons) : left_(most) {}
  bool spend() { return left_ > 0 && left_-- > 0; }  // false: no more
  bool spent() const { return left_ == 0; }

 private:
  std::size_t left_;
};

// Rules that never match, whole or in part; rules for registries that are none of `registries`;
// modes and actions that let unsigned images pass everywhere. In the order of the rules.
std::vector<Remark> review_rules(const Rules&, std::span<const std::string> registries,
                                 Effort& effort);

// The places of 0 to `count` - 1 that no rule names.
std::vector<std::size_t> unused_verifications(const Rules&, std::size_t count);

// Can that verification be asked about an image of this repository; null: about any image at all?
// True when the effort is spent.
bool reaches(const Rules&, std::size_t verification, const oci::ImageRef* repository,
             Effort& effort);

}  // namespace countersign::policy
