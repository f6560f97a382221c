// SPDX-License-Identifier: Apache-2.0
// Law: a review has a uid, and images that are named; what can't be judged denies; every answer,
// whatever of the input it repeats, is JSON with that uid and without a patch. A second, slow
// reader of the same body finds no image that may run unjudged. AW-27
#include <cstdlib>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/kube/admission_review.h"

#include "support/flat_review.h"

namespace {

using countersign::Bytes;
using countersign::Reason;
namespace codec = countersign::codec;
namespace kube = countersign::kube;
namespace limits = countersign::limits;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

void require_answer(const kube::Answer& answer) {
  const auto json = codec::Json::parse(
      kube::render(answer), {.bytes = limits::kMiB, .depth = 16, .nodes = limits::kJsonNodes},
      Reason::Internal);
  require(json.has_value());
  const auto* response = json->find("response");
  require(response != nullptr);
  require(response->find_string("uid") != nullptr && *response->find_string("uid") == answer.uid);
  require(response->find("allowed")->boolean() == answer.allowed);
  require(response->find("patch") == nullptr && response->find("patchType") == nullptr);
  require((response->find("status") == nullptr) == answer.allowed);
}

void deny_all(const kube::Review& review) {
  kube::Answer answer;
  answer.uid = review.uid;
  std::vector<kube::DeniedImage> denied;
  for (const auto& use : review.images) {
    require(!use.field.empty() && !use.image.empty());
    denied.push_back({Reason::Untrusted, use.field, use.container, use.image, {}, {}, {}});
    answer.warnings.push_back(kube::warning_text(denied.back()));
    answer.causes.push_back({Reason::Untrusted, use.field, use.image});
  }
  answer.message = kube::denial_message(denied, denied.size(), review.name);
  require(answer.message.size() <= limits::kDenialBytes);
  answer.audit_annotations.emplace_back(review.name, review.user);
  require_answer(answer);
  answer.allowed = true;
  require_answer(answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const kube::Workloads kWorkloads;
  const auto body = countersign::as_text(Bytes(data, size));
  const auto review = kube::parse_review(body, kWorkloads);
  require(countersign::support::FlatReview(body).fault(review).empty());
  if (review) {
    require(!review->uid.empty() && review->uid.size() <= limits::kUidBytes);
    require(review->images.size() <= limits::kImageUsesPerReview);
    deny_all(*review);
    return 0;
  }
  const auto& [uid, error] = review.error();
  require(uid.has_value() || error.reason == Reason::BadRequest);
  if (uid) {
    require(!uid->empty());
    kube::Answer answer;
    answer.uid = *uid;
    answer.message = kube::denial_message(error, *uid);
    require_answer(answer);
  }
  return 0;
}
