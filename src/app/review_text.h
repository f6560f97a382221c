// SPDX-License-Identifier: Apache-2.0
// What the webhook would answer to one review, image by image.
#pragma once
#include <string>

#include "countersign/kube/admission_review.h"
#include "countersign/policy/decide.h"

#include "app/console.h"

namespace countersign::app {

// `title` says what the review is about: "Deployment shop/web".
std::string review_text(const std::string& title, const kube::Review&, const policy::Decision&,
                        Colour);

}  // namespace countersign::app
