// SPDX-License-Identifier: Apache-2.0
// The labels of namespaces, from the Kubernetes API to rules.
#pragma once
#include <memory>

#include "countersign/admission/namespaces.h"
#include "countersign/cluster/namespace_labels.h"

#include "app/cluster_access.h"

namespace countersign::app {

class NamespaceLabels final : public admission::Namespaces {
 public:
  // Reason::BadConfig: not in a cluster, and no API server was named. Both are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<NamespaceLabels>> create(ClusterAccess&,
                                                                       const Clock&);

  Result<admission::Labels> labels(std::string_view name_space, Deadline) override;

 private:
  NamespaceLabels(cluster::ApiClient& client, const Clock& clock) : labels_(client, clock) {}
  cluster::NamespaceLabels labels_;
};

}  // namespace countersign::app
