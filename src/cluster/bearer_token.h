// SPDX-License-Identifier: Apache-2.0
// The webhook's own token for the API server. The kubelet replaces its file long before it ends.
#pragma once
#include <mutex>
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/api_client.h"

namespace countersign::cluster {

class BearerToken {  // thread-safe
 public:
  BearerToken(ApiClient::ReadToken read, const Clock& clock)
      : read_(std::move(read)), clock_(clock) {}

  // At most limits::kApiTokenLife old. Reason::BadConfig: it can't be read, or is no token.
  Result<Secret> get();
  // Another than the one that was refused; nullopt: the file has no other.
  Result<std::optional<Secret>> instead_of(const Secret& refused);

 private:
  Result<Secret> read();  // under the lock

  ApiClient::ReadToken read_;
  const Clock& clock_;
  std::mutex mutex_;
  Secret token_;
  Tick until_{};
};

}  // namespace countersign::cluster
