// SPDX-License-Identifier: Apache-2.0
// What the webhook would answer to one review, image by image.
#pragma once
#include <string>
#include <string_view>

#include "countersign/kube/admission_review.h"
#include "countersign/policy/decide.h"

#include "app/console.h"

namespace countersign::app {

// `title` says what the review is about: "Deployment shop/web".
struct Outcome {                    // of one field
  std::string_view word = "allow";  // "deny", "warn", "audit"
  const policy::Refusal* refusal = nullptr;
};
Outcome outcome_of(const policy::Decision&, const std::string& field);

std::string review_text(const std::string& title, const kube::Review&, const policy::Decision&,
                        Colour);
// Of a manifest that can't be read, which is denied.
std::string unreadable_text(const std::string& title, const Error&, Colour);

}  // namespace countersign::app
