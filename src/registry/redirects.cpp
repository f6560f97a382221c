// SPDX-License-Identifier: Apache-2.0
#include "registry/redirects.h"

#include <algorithm>
#include <array>

namespace countersign::registry {

bool is_redirect(int status) {
  static constexpr std::array kRedirecting{301, 302, 303, 307, 308};
  return std::ranges::find(kRedirecting, status) != kRedirecting.end();
}

Result<net::Url> redirect_target(const net::Response& response, const net::Url& from) {
  const auto* location = response.header("location");
  if (location == nullptr) {
    return fail(Reason::RegistryResponse, from.host() + " redirects to nowhere");
  }
  TRY(auto target, from.resolve(*location, Reason::RegistryResponse));
  if (from.scheme() == net::UrlScheme::Https && target.scheme() != net::UrlScheme::Https) {
    return fail(Reason::RegistryResponse, from.host() + " redirects from https to http");
  }
  return target;
}

}  // namespace countersign::registry
