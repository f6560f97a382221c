// SPDX-License-Identifier: Apache-2.0
// Redirects are followed by us, hop by hop.
#pragma once
#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"

namespace countersign::registry {

bool is_redirect(int status);  // 301, 302, 303, 307, 308

// Where the answer to `from` leads. RegistryResponse without a Location that can be used, and for
// a way from https to http.
[[nodiscard]] Result<net::Url> redirect_target(const net::Response&, const net::Url& from);

}  // namespace countersign::registry
