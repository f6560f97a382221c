// SPDX-License-Identifier: Apache-2.0
// The header lines of a request, as libcurl takes them.
#pragma once
#include <memory>

#include <curl/curl.h>

#include "countersign/net/http_transport.h"

namespace countersign::net {

struct ListWipe {  // they may hold credentials
  void operator()(curl_slist* list) const noexcept;
};
using ListPtr = std::unique_ptr<curl_slist, ListWipe>;

// Reason::Internal for what is no header.
[[nodiscard]] Result<ListPtr> header_list(const Request& request);

}  // namespace countersign::net
