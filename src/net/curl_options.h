// SPDX-License-Identifier: Apache-2.0
// What every transfer asks of libcurl.
//
// Everything libcurl could do by itself is turned off: redirects, proxies and .netrc of the
// environment, cookies, compression, authentication, protocols other than http and https. HTTP/1.1
// only: a transfer that is given up takes its connection with it, so that no later one inherits a
// connection that went silent, and HTTP/2's floods need no counter-measures.
#pragma once
#include <curl/curl.h>

#include "net/settings.h"

namespace countersign::net {

class Options {  // remembers whether every option was accepted
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <class Value>
  void set(CURLoption option, Value value) {
    good_ = good_ && curl_easy_setopt(handle_, option, value) == CURLE_OK;
  }
  bool good() const { return good_; }

 private:
  CURL* handle_;
  bool good_ = true;
};

// On a blank handle, for a transfer through `proxy`, or directly when that is null.
void apply(Options&, const Settings&, const Proxy* proxy);

}  // namespace countersign::net
