// SPDX-License-Identifier: Apache-2.0
#include "net/settings.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/key_pair.h"
#include "countersign/net/header_reader.h"

namespace countersign::net {
namespace {

Result<void> check_ca_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("-----BEGIN ") && line.find("CERTIFICATE-----") != std::string::npos) {
      return {};
    }
  }
  return fail(Reason::BadConfig, "no CA certificates can be read from " + path);
}

Result<void> check_client(const TransportOptions& options) {
  if (options.client_certificate.empty() != options.client_key.empty()) {
    return fail(Reason::BadConfig, "a client certificate needs its key, and a key its certificate");
  }
  if (options.client_certificate.empty()) {
    return {};
  }
  return crypto::check_key_pair(options.client_certificate, options.client_key);
}

Result<Detour> parse_detour(const ResolveOverride& written) {
  Detour detour{lower(written.host), written.port, {}, written.target_port, {}};
  TRY(detour.address, Address::parse(written.address));
  if (detour.host.empty() || detour.port == 0 || detour.target_port == 0) {
    return fail(Reason::BadConfig, "a resolve override without host or port");
  }
  const bool ipv6 = written.address.find(':') != std::string::npos;
  detour.connect_to = detour.host + ":" + std::to_string(detour.port) + ":" +
                      (ipv6 ? "[" + written.address + "]" : written.address) + ":" +
                      std::to_string(detour.target_port);
  return detour;
}

}  // namespace

Result<Settings> Settings::parse(TransportOptions options) {
  if (!options.ca_file.empty()) {
    TRY_VOID(check_ca_file(options.ca_file));
  }
  TRY_VOID(check_client(options));
  if (options.connections == 0) {  // libcurl would read it as "no limit"
    return fail(Reason::BadConfig, "no connection to a host is allowed");
  }
  Settings settings;
  if (!options.proxy.empty()) {
    TRY(settings.proxy, Proxy::parse(options.proxy));
  }
  TRY(settings.no_proxy, NoProxy::parse(options.no_proxy));
  for (const auto& written : options.overrides) {
    TRY(auto detour, parse_detour(written));
    settings.detours.push_back(std::move(detour));
  }
  settings.guard = AddressGuard(std::move(options.allowed));
  settings.ca_file = std::move(options.ca_file);
  settings.client_certificate = std::move(options.client_certificate);
  settings.client_key = std::move(options.client_key);
  settings.plain_http = options.plain_http;
  settings.connections = options.connections;
  settings.user_agent = std::move(options.user_agent);
  wipe(options.proxy);
  return settings;
}

const Detour* Settings::detour_of(const Url& url) const {
  const auto found = std::ranges::find_if(
      detours, [&](const Detour& one) { return one.host == url.host() && one.port == url.port(); });
  return found == detours.end() ? nullptr : &*found;
}

const Proxy* Settings::proxy_of(const Url& url) const {
  return proxy && !no_proxy.covers(url.host()) ? &*proxy : nullptr;
}

}  // namespace countersign::net
