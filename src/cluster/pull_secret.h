// SPDX-License-Identifier: Apache-2.0
// A Secret with credentials for registries.
#pragma once
#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/registry/keyring.h"

namespace countersign::cluster {

// Of both types, kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg. Reason::BadConfig says
// why it can't be used.
[[nodiscard]] Result<registry::Keyring> read_pull_secret(const codec::Json& secret);

}  // namespace countersign::cluster
