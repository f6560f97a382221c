// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/api_server.h"

#include "countersign/net/url.h"

namespace countersign::cluster {

Result<ApiServer> ApiServer::in_cluster(const Environment& environment) {
  if (!environment.host || environment.host->empty() || !environment.port ||
      environment.port->empty()) {
    return fail(Reason::BadConfig,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is not a "
                "container of a cluster, and no apiServer is configured");
  }
  const auto& host = *environment.host;
  const bool bare_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return parse("https://" + (bare_ipv6 ? "[" + host + "]" : host) + ":" + *environment.port);
}

Result<ApiServer> ApiServer::parse(std::string_view text) {
  TRY(const auto url, net::Url::parse(text, Reason::BadConfig));
  if (url.scheme() != net::UrlScheme::Https || url.path() != "/" || !url.query().empty()) {
    return fail(Reason::BadConfig, "https://HOST:PORT is expected, and nothing else");
  }
  ApiServer server;
  server.origin = "https://" + url.host() + ":" + std::to_string(url.port());
  std::string_view host = url.host();
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  }
  if (const auto address = net::AddressRange::parse(host)) {
    server.address = *address;
  }
  return server;
}

}  // namespace countersign::cluster
