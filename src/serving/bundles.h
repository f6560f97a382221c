// SPDX-License-Identifier: Apache-2.0
// Keeps the bundle of our authorities where callers look for it.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/cluster/api_client.h"

#include "serving/bundle_target.h"
#include "serving/certificate_plan.h"

namespace countersign::serving {

class Bundles {  // for one thread
 public:
  struct Trouble {
    std::string what;  // which object, and what about it
    Error error;
  };
  enum class Write : std::uint8_t { Done, Lost };  // Lost: somebody wrote in between; look again
  struct Mending {
    Write write = Write::Done;
    BundleFit fit = BundleFit::Unknown;  // of all objects together, afterwards
    std::size_t mended = 0;              // that had held it and were changed by somebody
    std::vector<Trouble> troubles = {};
  };

  Bundles(std::vector<cluster::Resource> targets, cluster::ApiClient& api, const Clock& clock);

  // To be called before the Secret is read: then a bundle of what the Secret says is never older
  // than what it takes the place of, because whoever wrote in between makes the patch a conflict.
  void read(Deadline);
  // Patches what was read and does not fit. An object that is changed again and again is patched
  // once in limits::kBundleMendEvery.
  Mending mend(const std::string& bundle, Deadline);

  std::vector<std::string> hosts() const;  // by which the callers call, as far as it was read

 private:
  struct Target {
    cluster::Resource resource;
    Result<std::optional<codec::Json>> object;
    std::string written = {};  // the bundle that was there by us, or fitted
    std::optional<Tick> patched = {};
  };
  BundleFit mend(Target&, const std::string& bundle, Mending&, Deadline);
  BundleFit patch(Target&, const std::string& bundle, Mending&, Deadline);

  std::vector<Target> targets_;
  cluster::ApiClient& api_;
  const Clock& clock_;
};

}  // namespace countersign::serving
