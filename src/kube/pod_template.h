// SPDX-License-Identifier: Apache-2.0
// The pod of a workload: where it stands, and how it differs from one that is about to run.
#pragma once
#include <string>

#include "countersign/codec/json.h"
#include "countersign/kube/workloads.h"

namespace countersign::kube {

struct PodTemplate {
  const codec::Json* pod = nullptr;  // with a spec below it; null: a workload without a template
  std::string prefix;                // of its fields: "spec.template."; empty for a pod
  // An image may be missing in a template: whoever makes the pods puts it in, or they are refused.
  bool may_lack_images() const { return !prefix.empty(); }
};

// Reason::BadRequest names the member that is no object, or missing although Kubernetes would not
// store the workload without it. Borrows from `object`.
[[nodiscard]] Result<PodTemplate> find_pod_template(const Workload&, const codec::Json& object);

}  // namespace countersign::kube
