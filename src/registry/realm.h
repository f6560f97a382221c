// SPDX-License-Identifier: Apache-2.0
// Which token endpoints are believed. A challenge is written by whoever answers: without this check
// it would choose where our credentials go.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/net/url.h"
#include "countersign/registry/http_repository.h"

namespace countersign::registry {

// `asked` is the URL whose answer named the realm. Accepted are its own origin, the origins
// `listed` by the configuration, and those that belong to well-known registries; https only when
// the registry is https. Reason::RegistryAuth.
[[nodiscard]] Result<net::Url> accept_realm(std::string_view realm, const net::Url& asked,
                                            std::span<const std::string> listed);

// Of a registry that issues its tokens itself: known before any answer, so that none decides it.
struct PinnedIssuer {
  net::Url realm;
  std::vector<std::string> services;  // at least one
};

// `registry` is any URL of the registry. Internal when that is no place of its origin, or no
// service is named.
[[nodiscard]] Result<PinnedIssuer> pin_issuer(const OwnIssuer&, const net::Url& registry);

// A challenge to a request for `asked` names this issuer, and one of its services. RegistryAuth.
[[nodiscard]] Result<void> accept_issuer(const PinnedIssuer&, std::string_view realm,
                                         std::string_view service, const net::Url& asked);

}  // namespace countersign::registry
