// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <set>
#include <utility>

#include "countersign/oci/image_ref.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end || port == 0) {
    return fail(Reason::BadConfig, "\"" + std::string(text) + "\" is not a port");
  }
  return port;
}

// Takes "host:" or "[address]:" from the front.
Result<std::string> take_host(std::string_view& text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find("]:") : text.find(':');
  if (end == std::string_view::npos || end == 0) {
    return fail(Reason::BadConfig, "HOST:PORT:ADDRESS:PORT is expected");
  }
  std::string host(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end));
  text.remove_prefix(end + (bracketed ? 2 : 1));
  return host;
}

void read_network(Section& section, RegistrySetup& registry, const Catalog& catalog,
                  const Services& services) {
  auto [kind, credentials] = section.kind("credentials", "anonymous");
  if (auto* const make = catalog.find<CredentialSource>(kind, section, "credentials")) {
    registry.credentials = make(credentials, services);
  }
  auto& transport = registry.transport;
  transport.plain_http =
      section.flag("plainHttp", false) ? net::PlainHttp::Allow : net::PlainHttp::Refuse;
  transport.ca_file = section.path("caFile").string();
  read_reach(section, transport);
  registry.realms = section.texts("tokenRealms");
}

RegistrySetup read_registry(Section& section, const Catalog& catalog, const Services& services) {
  RegistrySetup registry;
  registry.where = section.where();
  registry.host =
      section.understood("host", parse_registry_host(section.required_text("host"))).value_or("");
  if (section.has("ociLayout")) {
    registry.layout = section.path("ociLayout");
  } else {
    read_network(section, registry, catalog, services);
  }
  return registry;
}

}  // namespace

std::vector<RegistrySetup> read_registries(Section& root, const Catalog& catalog,
                                           const Services& services) {
  std::vector<RegistrySetup> registries;
  std::set<std::string> hosts;
  for (auto& section : root.sections("registries")) {
    registries.push_back(read_registry(section, catalog, services));
    if (!hosts.insert(registries.back().host).second) {
      section.refuse("host", "the registry \"" + registries.back().host + "\" is given twice");
    }
  }
  return registries;
}

void read_reach(Section& section, net::TransportOptions& transport) {
  for (const auto& text : section.texts("allowAddresses")) {
    if (auto range = section.understood("allowAddresses", net::AddressRange::parse(text))) {
      transport.allowed.push_back(*range);
    }
  }
  for (const auto& text : section.texts("resolve")) {
    if (auto resolve = section.understood("resolve", parse_resolve(text))) {
      transport.overrides.push_back(std::move(*resolve));
    }
  }
}

Result<net::ResolveOverride> parse_resolve(std::string_view text) {
  net::ResolveOverride resolve;
  TRY(resolve.host, take_host(text));
  const auto colon = text.find(':');
  TRY(resolve.port, parse_port(text.substr(0, colon)));
  text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  TRY(resolve.address, take_host(text));
  TRY_VOID(net::Address::parse(resolve.address));
  TRY(resolve.target_port, parse_port(text));
  return resolve;
}

Result<std::string> parse_registry_host(std::string_view text) {
  const auto image = oci::ImageRef::parse(std::string(text) + "/x/y:z");
  if (!image || image->registry() != text) {
    const auto said = image ? "; write \"" + image->registry() + "\"" : std::string();
    return fail(Reason::BadConfig,
                "\"" + std::string(text) + "\" is not how references name a registry" + said);
  }
  return std::string(text);
}

}  // namespace countersign::app
