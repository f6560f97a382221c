// SPDX-License-Identifier: Apache-2.0
// HttpTransport on one libcurl multi loop in a thread of its own. HTTP/1.1, connections are reused;
// TLS 1.2 or later, always verified.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/net/address_guard.h"
#include "countersign/net/http_transport.h"

namespace countersign::net {

struct ResolveOverride {  // as curl --connect-to: connections to host:port go to
                          // address:target_port
  std::string host;
  std::uint16_t port = 0;
  std::string address;  // numeric; allowed by the guard
  std::uint16_t target_port = 0;
};

enum class PlainHttp : std::uint8_t { Refuse, Allow };

// One transport per TLS and address policy: connections are never shared between two.
struct TransportOptions {
  std::vector<AddressRange> allowed;  // beyond public addresses
  std::string ca_file;                // PEM bundle; empty: the system's
  std::string client_certificate;     // PEM, with what stands above it; empty: none
  std::string client_key;             // PEM
  PlainHttp plain_http = PlainHttp::Refuse;
  std::string proxy;  // empty: none; the environment is never asked. The guard then judges the
                      // proxy's address, and what lies behind it is the proxy's business
  std::vector<std::string> no_proxy;  // hosts that are reached directly: "host", ".domain" with all
                                      // below it, an address or a range; a port is ignored
  std::size_t connections = limits::kConnectionsPerHost;  // to one host at most
  std::vector<ResolveOverride> overrides;
  std::string user_agent;
};

// Reason::BadConfig when the CA file can't be read. The clock outlives the transport. Thread-safe.
[[nodiscard]] Result<std::unique_ptr<HttpTransport>> make_curl_transport(TransportOptions,
                                                                         const Clock&);

}  // namespace countersign::net
