// SPDX-License-Identifier: Apache-2.0
// The decision about one manifest, for programs.
#pragma once
#include <string>

#include "countersign/kube/admission_review.h"
#include "countersign/policy/decide.h"

#include "app/workload.h"

namespace countersign::app {

// Each is one JSON object.
std::string review_json(const std::string& title, const kube::Review&, const policy::Decision&);
std::string unreadable_json(const std::string& title, const Error&);  // denied: it can't be read
std::string left_json(const ManifestReview&);                         // not judged

}  // namespace countersign::app
