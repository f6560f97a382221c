// SPDX-License-Identifier: Apache-2.0
// What an answer of the API server means.
#pragma once
#include <optional>

#include "countersign/base/result.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"
#include "countersign/net/http_transport.h"

namespace countersign::cluster {

// nullopt only for a 404 that says NotFound in the API's own words: a proxy's or another server's
// 404 says nothing about the object.
[[nodiscard]] Result<std::optional<codec::Json>> read_answer(const Resource&,
                                                             const Result<net::Response>&);

}  // namespace countersign::cluster
