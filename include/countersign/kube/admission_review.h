// SPDX-License-Identifier: Apache-2.0
// AdmissionReview admission.k8s.io/v1, in and out.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/kube/workloads.h"

namespace countersign::kube {

struct ImageUse {
  std::string field;      // "spec.initContainers[0].image", "spec.template.spec.volumes[2]..."
  std::string container;  // the container's or volume's name, as written
  std::string image;      // as written
};

struct Puller {  // for whom the node will pull: what decides which pull secrets it may use
  std::string name_space;
  std::string service_account;            // "default" when the pod names none
  std::vector<std::string> pull_secrets;  // as written; none: those of the service account count
};

enum class Operation : std::uint8_t { Create, Update, Delete, Connect };
std::string_view name(Operation);

struct Review {
  std::string uid;
  std::string name_space;  // of the request, which counts whatever the object says
  // What the object says instead: the API server sends none that does.
  std::optional<std::string> other_name_space;
  std::string name;      // "web-0", or "web-*" for a generated one
  std::string resource;  // "pods", "pods/ephemeralcontainers", "deployments.apps"
  std::string user;
  Operation operation = Operation::Create;
  bool dry_run = false;
  Puller puller;
  // Every image that must be judged. Empty for operations and subresources without images, and for
  // an update that changes none, slot by slot (admission.md 1.15).
  std::vector<ImageUse> images;
};

// Why a body can't become a Review. Without a uid no answer is possible: HTTP 400. With one the
// answer is a denial that echoes it.
struct Unreadable {
  std::optional<std::string> uid;
  Error error;
};

// A whole AdmissionReview of a pod, of what makes pods, or of one of their subresources. For every
// other resource Reason::UnsupportedResource, and for one whose kind is not that of the table.
[[nodiscard]] std::expected<Review, Unreadable> parse_review(std::string_view json,
                                                             const Workloads&);

struct Cause {
  Reason reason = Reason::Internal;
  std::string field, message;
};

struct Answer {
  std::string uid;
  bool allowed = false;
  bool may_retry = false;             // of a denial: 429 with retryAfterSeconds instead of 403
  std::string message;                // of a denial; stands alone
  std::vector<Cause> causes;          // of a denial
  std::vector<std::string> warnings;  // cleaned, cut and counted here
  std::vector<std::pair<std::string, std::string>> audit_annotations;  // keys: [a-z][a-z0-9-]*
};

// The JSON of an AdmissionReview that passes the API server's checks whatever the Answer holds;
// never a patch.
std::string render(const Answer&);

struct DeniedImage {
  Reason reason = Reason::Internal;
  std::string field, container, image, digest, policy, detail;
};

// The text that the user of kubectl reads: a summary, one line an image, at most
// limits::kDenialBytes, the first image complete. `images` is the number of images judged; `id` the
// correlation id.
std::string denial_message(const std::vector<DeniedImage>& denied, std::size_t images,
                           std::string_view id);
// The same for a review that can't be judged (Unreadable).
std::string denial_message(const Error& error, std::string_view id);
// One warning, at most limits::kWarningCharacters: "countersign: would deny: CODE field image".
std::string warning_text(const DeniedImage&);

}  // namespace countersign::kube
