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

// One transport per identity, TLS and address policy: connections are never shared between two.
struct TransportOptions {
  std::vector<AddressRange> allowed = {};  // beyond public addresses
  std::string ca_file = {};                // PEM bundle; empty: the system's
  // Both or none: PEM files, the certificate with what stands above it, the key without passphrase.
  // They are shown to every https host of this transport that asks for a certificate, and never to
  // a proxy. New connections read them again.
  std::string client_certificate = {};
  std::string client_key = {};
  PlainHttp plain_http = PlainHttp::Refuse;
  // "http://host:port" or "https://host:port", with "user:password@" before the host, each
  // percent-encoded, for Basic credentials that the proxy alone gets. Empty: none; the environment
  // is never asked. The guard then judges the proxy's address, and what lies behind it is the
  // proxy's business.
  std::string proxy = {};
  // Hosts that are reached directly, and then judged by their own addresses, compared without case:
  //   "host.example"    this name alone
  //   ".host.example"   this name and all below it, as libcurl reads it
  //   "10.0.0.0/8", "fd00::/8", "10.1.2.3", "::1"   a host written as such an address; a name is
  //                     not resolved for it
  // The port of a request does not count, and an entry can't have one.
  std::vector<std::string> no_proxy = {};
  std::size_t connections = limits::kConnectionsPerHost;  // to one host at most; not zero
  std::vector<ResolveOverride> overrides = {};
  std::string user_agent = {};
};

// Reason::BadConfig when a file can't be read or used, or an option means nothing. The clock
// outlives the transport. Thread-safe.
[[nodiscard]] Result<std::unique_ptr<HttpTransport>> make_curl_transport(TransportOptions,
                                                                         const Clock&);

std::string libcurl_version();  // of the one that is loaded: "7.88.1"

}  // namespace countersign::net
