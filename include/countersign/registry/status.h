// SPDX-License-Identifier: Apache-2.0
// What an HTTP status means for us. The status decides, then the code in the body; text never.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

namespace countersign::registry {

// The first code of the body ("MANIFEST_UNKNOWN"), empty when there is none of that form.
std::string error_code(const net::Response&);

// For every status but 200. Host and code are named; the registry's text is not.
Error status_error(const net::Response&, std::string_view host);

}  // namespace countersign::registry
