// SPDX-License-Identifier: Apache-2.0
// An object of the API that says whom callers of the webhook trust: a validating webhook
// configuration (webhooks[].clientConfig.caBundle), or a Provider of Gatekeeper (spec.caBundle).
// Nothing else in it is ever written.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"

#include "serving/certificate_plan.h"

namespace countersign::serving {

struct BundlePatch {
  cluster::PatchKind kind = cluster::PatchKind::Merge;
  Secret text;
};

// Whether the bundle, PEM, is in every place of the object, byte for byte.
BundleFit fit_of(const cluster::Resource&, const codec::Json& object, std::string_view bundle);

// What puts it there, and conflicts with whoever writes the object in between. Reason::BadConfig:
// the object has no such place, or is not as the API server would store it.
[[nodiscard]] Result<BundlePatch> patch_of(const cluster::Resource&, const codec::Json& object,
                                           std::string_view bundle);

// By which the object's callers call: "countersign.countersign.svc", or the host of a URL.
std::vector<std::string> hosts_of(const cluster::Resource&, const codec::Json& object);

}  // namespace countersign::serving
