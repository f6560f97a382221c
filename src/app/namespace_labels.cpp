// SPDX-License-Identifier: Apache-2.0
#include "app/namespace_labels.h"

namespace countersign::app {

Result<std::unique_ptr<NamespaceLabels>> NamespaceLabels::create(ClusterAccess& access,
                                                                 const Clock& clock) {
  TRY(auto* const client, access.client());
  return std::unique_ptr<NamespaceLabels>(new NamespaceLabels(*client, clock));
}

Result<admission::Labels> NamespaceLabels::labels(std::string_view name_space, Deadline deadline) {
  return labels_.of(name_space, deadline);
}

}  // namespace countersign::app
