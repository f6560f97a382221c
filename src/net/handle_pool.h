// SPDX-License-Identifier: Apache-2.0
// libcurl's easy handles, used again: making one costs more than a request.
//
// A handle comes back blank. curl_easy_reset() takes every option from it, and with them the URL,
// the header lines, the credentials of a proxy and all pointers to the transfer; libcurl drops the
// answer's headers and the request's own lines when the next transfer starts. What stays is the
// cache of TLS sessions, good for any transfer of the same transport; that of cookies is never
// switched on. Connections belong to the loop, not to a handle.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <curl/curl.h>

namespace countersign::net {

struct EasyCleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
using EasyPtr = std::unique_ptr<CURL, EasyCleanup>;

class HandlePool {  // of one transport; thread-safe
 public:
  EasyPtr take();  // null when libcurl has no memory
  void put_back(EasyPtr handle);
  std::size_t idle() const;

 private:
  mutable std::mutex mutex_;
  std::vector<EasyPtr> idle_;
};

}  // namespace countersign::net
