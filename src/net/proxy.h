// SPDX-License-Identifier: Apache-2.0
// The proxy of a transport, out of the configuration's text.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::net {

struct Proxy {
  std::string url;   // "http://host:port" or "https://host:port", and nothing else
  std::string user;  // empty: none
  Secret password;

  // "http://user:password@host:port", user and password percent-encoded. Reason::BadConfig for
  // everything else, in words that quote nothing.
  [[nodiscard]] static Result<Proxy> parse(std::string_view text);
};

}  // namespace countersign::net
