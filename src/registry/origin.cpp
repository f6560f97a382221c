// SPDX-License-Identifier: Apache-2.0
#include "registry/origin.h"

namespace countersign::registry {

std::string Origin::text() const {
  const bool https = scheme == Scheme::Https;
  std::string text = (https ? "https://" : "http://") + host;
  if (port != (https ? 443 : 80)) {
    text += ":" + std::to_string(port);
  }
  return text;
}

Origin origin_of(const net::Url& url) {
  return {url.scheme() == net::UrlScheme::Https ? Scheme::Https : Scheme::Http, url.host(),
          url.port()};
}

}  // namespace countersign::registry
