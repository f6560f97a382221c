// SPDX-License-Identifier: Apache-2.0
// Where the Kubernetes API server is.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/net/address_guard.h"

namespace countersign::cluster {

struct Environment {                // what every container in a cluster is told
  std::optional<std::string> host;  // KUBERNETES_SERVICE_HOST: an address, seldom a name
  std::optional<std::string> port;  // KUBERNETES_SERVICE_PORT
};

struct ApiServer {
  std::string origin;                        // "https://10.96.0.1:443", without a path
  std::optional<net::AddressRange> address;  // when that is how it is named

  // Reason::BadConfig: not in a cluster.
  [[nodiscard]] static Result<ApiServer> in_cluster(const Environment&);
  // Reason::BadConfig: https, a host, perhaps a port, nothing else.
  [[nodiscard]] static Result<ApiServer> parse(std::string_view url);
};

// Where a container finds the token of its service account, and who issued the API server's
// certificate.
inline constexpr std::string_view kTokenFile =
    "/var/run/secrets/kubernetes.io/serviceaccount/token";
inline constexpr std::string_view kCaFile = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

}  // namespace countersign::cluster
