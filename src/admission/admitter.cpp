// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/admitter.h"

#include <exception>
#include <utility>

#include "admission/joint_verification.h"
#include "admission/trial.h"

namespace countersign::admission {
namespace {

using policy::ImageResult;
using policy::Report;

TrialContext begin(const Parts& parts, View view, kube::Puller puller, Deadline deadline) {
  return {parts.clock, std::move(puller), std::move(view), parts.clock.now(), deadline};
}

kube::Puller puller_of(std::string_view name_space) {
  kube::Puller puller;
  if (!name_space.empty()) {
    puller.name_space = name_space;
    puller.service_account = "default";
  }
  return puller;
}

}  // namespace

policy::Decision Admitter::admit(const View& view, const kube::Review& review,
                                 Deadline deadline) const {
  try {
    return Trial(begin(parts_, view, review.puller, deadline)).run(review, parts_.workers);
  } catch (const std::exception&) {
    return {};  // denies
  }
}

std::optional<policy::Decision> Admitter::admit_at_once(const View& view,
                                                        const kube::Review& review) const {
  try {
    return Trial(begin(parts_, view, review.puller, Deadline::at_once())).run_at_once(review);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

ImageResult Admitter::judge(const View& view, std::string_view name_space, const std::string& image,
                            Deadline deadline) const {
  try {
    return Trial(begin(parts_, view, puller_of(name_space), deadline))
        .judge(name_space, {.field = {}, .container = {}, .image = image});
  } catch (const std::exception&) {
    ImageResult denied;
    denied.image = image;
    denied.action = policy::Action::Verify;  // by whatever rule: it was not judged
    return denied;
  }
}

std::optional<ImageResult> Admitter::judge_at_once(const View& view, std::string_view name_space,
                                                   const std::string& image) const {
  try {
    return Trial(begin(parts_, view, puller_of(name_space), Deadline::at_once()))
        .judge_at_once(name_space, {.field = {}, .container = {}, .image = image});
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Result<Report> Admitter::verify(const oci::ImageRef& image,
                                const std::map<std::string, std::string>& required_metadata,
                                Deadline deadline, policy::Evidence evidence) const {
  auto context = begin(parts_, view(), {}, deadline);
  auto demand = demand_without_rules(*context.view.configuration);
  return judge_image(context, image, {required_metadata, std::move(demand), {}, evidence});
}

}  // namespace countersign::admission
