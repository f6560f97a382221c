// SPDX-License-Identifier: Apache-2.0
// Which pull secrets a pod brings (core/v1: spec.imagePullSecrets, spec.serviceAccountName).
#pragma once
#include <string>

#include "countersign/kube/admission_review.h"

#include "kube/pod_template.h"

namespace countersign::kube {

// Names are as written, empty ones included: Kubernetes stores those, and they keep the service
// account's from counting. Reason::BadRequest names the field that is not as Kubernetes would store
// it, or says that there are more than limits::kPullSecrets. Without a pod there are none.
[[nodiscard]] Result<Puller> read_puller(const PodTemplate&, std::string name_space);

}  // namespace countersign::kube
