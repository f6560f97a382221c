// SPDX-License-Identifier: Apache-2.0
// What a ValidatingWebhookConfiguration makes of us: whether the API server asks before a pod comes
// in, and denies it when nobody answers. Whoever may write that object can switch us off without a
// trace in our own log; so it is read, and what is wrong with it is said.
//
// Not judged: CEL expressions, whether the namespaces that a selector leaves are those that the
// cluster's owner means, and whether the service that is called is ours.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/codec/json.h"

namespace countersign::cluster {

struct WebhookRegistration {  // one clause each, for people
  // By which a pod comes in that nobody judged, or that its own author takes out.
  std::vector<std::string> gaps;
  // What is left out by whoever wrote the object: other namespaces than those it lists by name, and
  // what match conditions say.
  std::vector<std::string> exemptions;
};

// `path`: of the URL that denies ("/validate"). What leads elsewhere is not looked at.
WebhookRegistration review_registration(const codec::Json& configuration, std::string_view path);

}  // namespace countersign::cluster
