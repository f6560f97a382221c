// SPDX-License-Identifier: Apache-2.0
// An Event of Kubernetes (v1), as a controller writes it beside the object that it is about.
#pragma once
#include <cstddef>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/resource.h"

namespace countersign::cluster {

struct Involved {  // need not exist
  std::string api_version, kind, name;
};

struct Event {             // always a Warning
  std::string name_space;  // where it is written, and of the object that it is about
  std::string name;        // of the event itself: unique, a subdomain
  Involved object;
  std::string reason;   // one word for machines
  std::string action;   // what was done, in one word
  std::string message;  // cleaned, and cut to limits::kEventMessageBytes, here
  Time first, last;     // of all that are counted
  std::size_t count = 1;
};

// Reason::BadRequest: no event can have this name, or no namespace that.
[[nodiscard]] Result<Resource> resource_of(const Event&);
// For ApiClient::create.
Secret render_event(const Event&);

}  // namespace countersign::cluster
