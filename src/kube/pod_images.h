// SPDX-License-Identifier: Apache-2.0
// Every field of a pod that names bytes to run or to mount (core/v1: containers, initContainers,
// ephemeralContainers, volumes[].image), and which of them an update changes.
#pragma once
#include <vector>

#include "countersign/codec/json.h"
#include "countersign/kube/admission_review.h"

#include "kube/pod_template.h"

namespace countersign::kube {

struct PodImages {
  // One for each slot. `image` is empty where a template leaves it out.
  std::vector<ImageUse> containers, init_containers, ephemeral_containers, volumes;
  // The pod continues a checkpoint (KEP-5823, spec.restoreFrom): its bytes come from no registry.
  bool restored = false;
};

// Of a pod, or of a template, where an image may be absent, null or empty. Without a pod there are
// no slots. Reason::BadRequest names the field that is not as Kubernetes would store it;
// Reason::TooManyImages beyond limits::kImageUsesPerReview.
[[nodiscard]] Result<PodImages> read_pod_images(const PodTemplate&);

// Of the slots that name one.
std::vector<ImageUse> all_images(PodImages pod);

// What of `now` is not in the same slot of `before`: containers and init containers are compared by
// position, and all of them count when there are more or fewer; ephemeral containers and volumes by
// name. A slot is the same when name and image are equal. An image that is merely used elsewhere in
// `before` does not count: it may never have been judged.
std::vector<ImageUse> changed_images(PodImages now, const PodImages& before);

}  // namespace countersign::kube
