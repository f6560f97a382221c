// SPDX-License-Identifier: Apache-2.0
// Address and port of a socket address, as the kernel will use them.
#pragma once
#include <cstdint>
#include <optional>
#include <sys/socket.h>

#include "countersign/net/address_guard.h"

namespace countersign::net {

struct Endpoint {
  Address address;
  std::uint16_t port = 0;
};

// nullopt for every family but IPv4 and IPv6. What lies behind `address` is as large as its family
// says.
std::optional<Endpoint> endpoint_of(const sockaddr& address);

}  // namespace countersign::net
