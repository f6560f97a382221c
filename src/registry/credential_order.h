// SPDX-License-Identifier: Apache-2.0
// In which order an image's credentials are tried: the one that the registry took last comes first,
// so that a stale one before it costs a refused attempt only once. One that may pull need not be
// one that may push.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/registry/credential_provider.h"

#include "registry/access.h"

namespace countersign::registry {

// Tells credentials apart without keeping them.
std::string fingerprint(const Credential&);

class CredentialOrder {  // of one registry; thread-safe
 public:
  // At most limits::kCredentialsTried, of the argument; one null, to ask anonymously, when there is
  // none.
  std::vector<const Credential*> of(const Credentials&, Access = Access::Pull) const;
  void took(const Credentials&, const Credential&, Access = Access::Pull);

 private:
  mutable std::mutex mutex_;
  mutable Lru<std::string> taken_{limits::kCredentialSets};  // fingerprints; to find is to use
};

}  // namespace countersign::registry
