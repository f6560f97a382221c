// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <cstring>
#include <netinet/in.h>

namespace countersign::net {

std::optional<Endpoint> endpoint_of(const sockaddr& address) {
  Endpoint found;
  if (address.sa_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
    found.address.bytes[10] = found.address.bytes[11] = 0xFF;
    std::memcpy(&found.address.bytes[12], &ipv4.sin_addr, sizeof ipv4.sin_addr);
    found.port = ntohs(ipv4.sin_port);
    return found;
  }
  if (address.sa_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(found.address.bytes.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    found.port = ntohs(ipv6.sin6_port);
    return found;
  }
  return std::nullopt;
}

}  // namespace countersign::net
