// SPDX-License-Identifier: Apache-2.0
// libcurl's memory, overwritten when it is freed: its buffers hold what was received, its header
// lists the Authorization that was sent.
#pragma once
#include <curl/curl.h>

namespace countersign::net {

// Instead of curl_global_init(CURL_GLOBAL_DEFAULT); again and again is fine.
CURLcode init_curl();

}  // namespace countersign::net
