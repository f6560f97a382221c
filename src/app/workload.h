// SPDX-License-Identifier: Apache-2.0
// Manifests as people keep them in files, turned into the reviews that the API server would send
// when they are created.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/kube/workloads.h"

namespace countersign::app {

// JSON, or YAML with any number of documents. Reason::BadRequest, with the line.
[[nodiscard]] Result<std::vector<codec::Json>> parse_documents(std::string_view text);

// Of a document that no review was made of.
enum class Left : std::uint8_t { Unknown, WithoutPods };

struct ManifestReview {
  std::string title;  // "Deployment shop/web"
  std::string json;   // an AdmissionReview; empty when there is none
  // Why there is none: the document has no containers; or it has, or is no Kubernetes object, and
  // then "not judged" must not read as "allowed".
  Left left = Left::Unknown;
};

// An AdmissionReview, a pod, what makes pods, or a List of them. `name_space` is for those that
// name none.
std::vector<ManifestReview> manifest_reviews(const codec::Json& document,
                                             std::string_view name_space, const kube::Workloads&);

}  // namespace countersign::app
