// SPDX-License-Identifier: Apache-2.0
#include "courier/symptoms.h"

#include "countersign/base/limits.h"
#include "countersign/courier/retry_after.h"

namespace countersign::courier {
namespace {

Symptoms of_status(int status) {
  switch (status) {
    case 408:
    case 502:
    case 503:
    case 504:
      return {Health::Failed, Attempt::WorthAnother, std::nullopt};
    // A host that limits requests is well. One that stumbles over one image may be, and who pushed
    // that image must not be able to close the road to all others.
    case 429:
    case 500:
      return {Health::Alive, Attempt::WorthAnother, std::nullopt};
    default:  // of all integers
      return {Health::Alive, Attempt::Final, std::nullopt};
  }
}

// A caller who came too late to get an answer says nothing about the host.
Health health_after(Waited waited) {
  return waited.allowed < limits::kFairWait && waited.took >= waited.allowed ? Health::Unknown
                                                                             : Health::Failed;
}

Symptoms of_error(Reason reason, Waited waited) {
  if (reason == Reason::RegistryUnavailable) {
    return {health_after(waited), Attempt::WorthAnother, std::nullopt};
  }
  if (reason == Reason::DeadlineExceeded) {
    return {health_after(waited), Attempt::Final, std::nullopt};
  }
  // A body over its limit is an answer. The rest (no address allowed, a configuration or a request
  // of ours that can't be used, our end) happens before the host is asked.
  const auto health = reason == Reason::RegistryResponse ? Health::Alive : Health::Unknown;
  return {health, Attempt::Final, std::nullopt};
}

}  // namespace

Symptoms symptoms_of(const Result<net::Response>& result, Waited waited, Time now) {
  if (!result) {
    return of_error(result.error().reason, waited);
  }
  auto symptoms = of_status(result->status);
  if (result->status == 429 || result->status == 503) {
    symptoms.retry_after = retry_after_of(*result, now);
  }
  return symptoms;
}

}  // namespace countersign::courier
