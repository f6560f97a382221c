// SPDX-License-Identifier: Apache-2.0
// What the webhook would answer to one pod, image by image.
#pragma once
#include <string>

#include "countersign/kube/admission_review.h"
#include "countersign/policy/decide.h"

#include "app/console.h"
#include "app/workload.h"

namespace countersign::app {

std::string review_text(const PodReview&, const kube::Review&, const policy::Decision&, Colour);

}  // namespace countersign::app
