// SPDX-License-Identifier: Apache-2.0
// Link headers (RFC 8288): where the next page is.
#pragma once
#include <optional>
#include <string>

#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

namespace countersign::registry {

// The target of the link whose `rel` holds "next", as written; nullopt: this was the last page.
// RegistryResponse for a Link that can't be read or two next pages: a guess would cut the list.
[[nodiscard]] Result<std::optional<std::string>> next_link(const net::Response&);

}  // namespace countersign::registry
