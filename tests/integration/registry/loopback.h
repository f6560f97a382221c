// SPDX-License-Identifier: Apache-2.0
// A transport that may contact loopback.
#pragma once
#include <memory>
#include <string>
#include <utility>

#include "countersign/net/curl_transport.h"

namespace countersign::test {

inline net::TransportOptions loopback_options() {
  net::TransportOptions options;
  options.allowed = {net::AddressRange::parse("127.0.0.0/8").value()};
  options.plain_http = net::PlainHttp::Allow;
  options.user_agent = "countersign-test";
  return options;
}

inline std::unique_ptr<net::HttpTransport> make_transport(
    const Clock& clock, net::TransportOptions options = loopback_options()) {
  return net::make_curl_transport(std::move(options), clock).value();
}

inline net::Request get(std::string url, std::size_t most = 1'000) {
  return {net::Method::Get, std::move(url), {}, "", most};
}

}  // namespace countersign::test
