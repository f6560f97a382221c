// SPDX-License-Identifier: Apache-2.0
#include "app/registries.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "countersign/registry/oci_layout.h"

namespace countersign::app {
namespace {

bool equal(const net::AddressRange& one, const net::AddressRange& other) {
  return one.first_bits.bytes == other.first_bits.bytes && one.prefix == other.prefix;
}

bool equal(const net::ResolveOverride& one, const net::ResolveOverride& other) {
  return std::tie(one.host, one.port, one.address, one.target_port) ==
         std::tie(other.host, other.port, other.address, other.target_port);
}

bool equal(const net::TransportOptions& one, const net::TransportOptions& other) {
  const auto same = [](const auto& left, const auto& right) { return equal(left, right); };
  return std::ranges::equal(one.allowed, other.allowed, same) &&
         std::ranges::equal(one.overrides, other.overrides, same) &&
         std::tie(one.ca_file, one.plain_http, one.proxy, one.user_agent) ==
             std::tie(other.ca_file, other.plain_http, other.proxy, other.user_agent);
}

}  // namespace

Result<net::HttpTransport*> Registries::transport_for(const net::TransportOptions& options,
                                                      const Clock& clock) {
  const auto shared = std::ranges::find_if(
      transports_, [&options](const Transport& each) { return equal(each.options, options); });
  if (shared != transports_.end()) {
    return shared->http.get();
  }
  TRY(auto http, net::make_curl_transport(options, clock));
  transports_.push_back({options, std::move(http)});
  return transports_.back().http.get();
}

Result<std::unique_ptr<Registries>> Registries::create(std::vector<RegistrySetup> setups,
                                                       const Clock& clock) {
  std::unique_ptr<Registries> registries(new Registries());
  for (auto& setup : setups) {
    if (setup.layout) {
      registries->layouts_.emplace(setup.host, std::move(*setup.layout));
      continue;
    }
    const auto http = registries->transport_for(setup.transport, clock);
    if (!http) {
      return fail(http.error().reason, setup.where + ": " + http.error().detail);
    }
    registry::RegistrySettings settings;
    settings.scheme = setup.transport.plain_http == net::PlainHttp::Allow ? registry::Scheme::Http
                                                                          : registry::Scheme::Https;
    settings.realms = std::move(setup.realms);
    registries->remote_.emplace(
        setup.host,
        Remote{std::move(setup.credentials), std::make_unique<registry::Registry>(
                                                 setup.host, std::move(settings), **http, clock)});
  }
  return registries;
}

Result<std::unique_ptr<registry::Repository>> Registries::open(const oci::ImageRef& image,
                                                               const kube::Puller& puller) {
  const auto name = image.registry();
  if (const auto layout = layouts_.find(name); layout != layouts_.end()) {
    return registry::open_layout(layout->second);
  }
  if (const auto remote = remote_.find(name); remote != remote_.end()) {
    return remote->second.registry->open(image, remote->second.credentials->provider_for(puller));
  }
  return fail(Reason::RegistryNotAllowed, "the registry " + name + " is not configured");
}

}  // namespace countersign::app
