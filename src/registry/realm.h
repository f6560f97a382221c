// SPDX-License-Identifier: Apache-2.0
// Which token endpoints are believed. A challenge is written by whoever answers: without this check
// it would choose where our credentials go.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/net/url.h"

namespace countersign::registry {

// `asked` is the URL whose answer named the realm. Accepted are its own origin, the origins
// `listed` by the configuration, and those that belong to well-known registries; https only when
// the registry is https. Reason::RegistryAuth.
[[nodiscard]] Result<net::Url> accept_realm(std::string_view realm, const net::Url& asked,
                                            std::span<const std::string> listed);

}  // namespace countersign::registry
