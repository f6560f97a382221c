// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_template.h"

#include <utility>

namespace countersign::kube {

Result<PodTemplate> find_pod_template(const Workload& workload, const codec::Json& object) {
  PodTemplate found{.pod = &object, .prefix = workload.path.prefix()};
  std::string at;
  for (const auto& name : workload.path.names()) {
    at.append(at.empty() ? "" : ".").append(name);
    const auto* const member = found.pod->find(name);
    const bool absent = member == nullptr || member->is_null();  // the same for the API server
    if (absent && workload.needed == Workload::Template::Optional) {
      found.pod = nullptr;
      return found;
    }
    if (absent || !member->is_object()) {
      return fail(Reason::BadRequest, at + " is not an object");
    }
    found.pod = member;
  }
  return found;
}

}  // namespace countersign::kube
