// SPDX-License-Identifier: Apache-2.0
#include "serving/bundles.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::serving {
namespace {

using cluster::Written;

BundleFit worse(BundleFit one, BundleFit other) { return std::min(one, other); }

Error not_there(const cluster::Resource& resource) {
  return {Reason::BadConfig, "there is no " + resource.text()};
}

}  // namespace

Bundles::Bundles(std::vector<cluster::Resource> targets, cluster::ApiClient& api,
                 const Clock& clock)
    : api_(api), clock_(clock) {
  for (auto& resource : targets) {
    targets_.push_back({std::move(resource), std::nullopt});
  }
}

void Bundles::read(Deadline deadline) {
  std::vector<cluster::Resource> resources;
  for (const auto& target : targets_) {
    resources.push_back(target.resource);
  }
  auto answers = api_.get(resources, deadline);
  for (std::size_t index = 0; index < targets_.size(); ++index) {
    auto& target = targets_[index];
    target.object = std::move(answers[index]);
    if (target.object && !*target.object) {
      target.patched.reset();  // made anew it is another object: no fight
      target.written.clear();
    }
  }
}

Bundles::Mending Bundles::mend(const std::string& bundle, Deadline deadline) {
  Mending mending;
  mending.fit = BundleFit::Fits;
  for (auto& target : targets_) {
    mending.fit = worse(mending.fit, mend(target, bundle, mending, deadline));
  }
  return mending;
}

BundleFit Bundles::mend(Target& target, const std::string& bundle, Mending& mending,
                        Deadline deadline) {
  const auto trouble = [&](Error error) {
    mending.troubles.push_back({target.resource.text(), std::move(error)});
  };
  if (!target.object) {
    trouble(target.object.error());
    return BundleFit::Unknown;
  }
  if (!*target.object) {
    trouble(not_there(target.resource));
    return BundleFit::Misfits;
  }
  if (fit_of(target.resource, **target.object, bundle) == BundleFit::Fits) {
    target.written = bundle;
    return BundleFit::Fits;
  }
  const bool changed_by_others = target.written == bundle;
  if (changed_by_others && target.patched &&
      clock_.tick() < *target.patched + limits::kBundleMendEvery) {
    trouble({Reason::BadConfig,
             "the caBundle does not fit the serving certificate: somebody keeps changing it"});
    return BundleFit::Misfits;
  }
  const auto fit = patch(target, bundle, mending, deadline);
  mending.mended += changed_by_others && fit == BundleFit::Fits ? 1 : 0;
  return fit;
}

BundleFit Bundles::patch(Target& target, const std::string& bundle, Mending& mending,
                         Deadline deadline) {
  const auto trouble = [&](Error error) {
    error.detail =
        "the caBundle does not fit the serving certificate, and can't be mended: " + error.detail;
    mending.troubles.push_back({target.resource.text(), std::move(error)});
    return BundleFit::Misfits;
  };
  const auto patch = patch_of(target.resource, **target.object, bundle);
  if (!patch) {
    return trouble(patch.error());
  }
  auto written = api_.patch(target.resource, patch->kind, patch->text, deadline);
  if (!written) {
    return trouble(std::move(written.error()));
  }
  switch (written->outcome) {
    case Written::Outcome::Conflict:
      mending.write = Write::Lost;
      return BundleFit::Misfits;
    case Written::Outcome::AlreadyExists:
    case Written::Outcome::NotFound:
      return trouble(not_there(target.resource));
    case Written::Outcome::Done:
      break;
  }
  target.written = bundle;
  target.patched = clock_.tick();
  const auto fit = fit_of(target.resource, written->object, bundle);
  target.object = std::move(written->object);
  return fit;
}

std::vector<std::string> Bundles::hosts() const {
  std::vector<std::string> hosts;
  for (const auto& target : targets_) {
    if (target.object && *target.object) {
      std::ranges::move(hosts_of(target.resource, **target.object), std::back_inserter(hosts));
    }
  }
  return hosts;
}

}  // namespace countersign::serving
