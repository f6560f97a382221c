// SPDX-License-Identifier: Apache-2.0
// The origin of a URL.
#pragma once
#include "countersign/net/url.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

Origin origin_of(const net::Url&);

}  // namespace countersign::registry
