// SPDX-License-Identifier: Apache-2.0
// TransportOptions, parsed and checked: what every transfer of a transport goes by.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/net/address_guard.h"
#include "countersign/net/curl_transport.h"
#include "countersign/net/url.h"

#include "net/no_proxy.h"
#include "net/proxy.h"

namespace countersign::net {

struct Detour {  // a ResolveOverride
  std::string host;
  std::uint16_t port = 0;
  Address address;
  std::uint16_t target_port = 0;
  std::string connect_to;  // the same, in libcurl's words
};

struct Settings {
  [[nodiscard]] static Result<Settings> parse(TransportOptions options);  // Reason::BadConfig

  const Detour* detour_of(const Url&) const;  // or null
  const Proxy* proxy_of(const Url&) const;    // null: directly

  AddressGuard guard{{}};
  std::string ca_file;             // empty: the system's
  std::string client_certificate;  // empty: none
  std::string client_key;
  PlainHttp plain_http = PlainHttp::Refuse;
  std::optional<Proxy> proxy;
  NoProxy no_proxy;
  std::vector<Detour> detours;
  std::size_t connections = 0;
  std::string user_agent;
};

}  // namespace countersign::net
