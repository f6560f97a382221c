// SPDX-License-Identifier: Apache-2.0
// What a registry says beside its answer, for people and counters. Nothing is decided by it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "countersign/net/http_transport.h"

namespace countersign::courier {

// The texts of all Warning headers, cleaned and cut. OCI distribution: "Warning headers MUST
// specify a warn-code of 299 and a warn-agent of -"; others are left out, and so is all beyond
// limits::kRegistryWarningBytes.
std::vector<std::string> warnings_of(const net::Response&);

// Docker Hub: "ratelimit-remaining: 99;w=21600".
std::optional<std::size_t> pulls_left_of(const net::Response&);

}  // namespace countersign::courier
