// SPDX-License-Identifier: Apache-2.0
// What an answer of the API server means.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"
#include "countersign/net/http_transport.h"

namespace countersign::cluster {

enum class Verb : std::uint8_t { Get, Create, Update, Patch };
std::string_view name(Verb);  // as a Role has it

// nullopt only for a 404 that says NotFound in the API's own words: a proxy's or another server's
// 404 says nothing about the object.
[[nodiscard]] Result<std::optional<codec::Json>> read_answer(const Resource&,
                                                             const Result<net::Response>&);
// The same of a write.
[[nodiscard]] Result<Written> read_written(Verb, const Resource&, const Result<net::Response>&);

}  // namespace countersign::cluster
