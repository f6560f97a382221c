// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/url.h"
#include "countersign/oci/image_ref.h"

#include "app/config_sections.h"
#include "app/registry_remote.h"

namespace countersign::app {
namespace {

using registry::Place;
using registry::ReferrersBy;

RegistrySetup read_registry(Section& section, const Catalog& catalog, const Services& services);
void read_family(Section& section, RegistrySetup& registry, const Catalog& catalog,
                 const Services& services);
void read_mirrors(Section& section, RegistrySetup& registry, const Catalog& catalog,
                  const Services& services);
void read_own_network(Section& section, RemoteSetup& remote, const Catalog& catalog,
                      const Services& services);

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

Result<std::string> parse_registry_host(std::string_view text) {
  const auto image = oci::ImageRef::parse(std::string(text) + "/x/y:z");
  if (!image || image->registry() != text) {
    const auto said = image ? "; write \"" + image->registry() + "\"" : std::string();
    return fail(Reason::BadConfig,
                "\"" + std::string(text) + "\" is not how references name a registry" + said);
  }
  return std::string(text);
}

namespace {

std::string understood_host(Section& section, const std::string& host) {
  return section.understood("host", parse_registry_host(host)).value_or("");
}

RegistrySetup read_registry(Section& section, const Catalog& catalog, const Services& services) {
  RegistrySetup registry;
  registry.where = section.where();
  registry.host = section.required_text("host");
  if (registry.host.contains('*')) {
    read_family(section, registry, catalog, services);
    return registry;
  }
  registry.host = understood_host(section, registry.host);
  if (section.has("ociLayout")) {
    registry.layout = section.path("ociLayout");
    return registry;
  }
  read_mirrors(section, registry, catalog, services);
  // What nobody uses is not read, so that it is refused.
  if (registry.itself == RegistrySetup::Itself::Asked) {
    read_own_network(section, registry, catalog, services);
  }
  return registry;
}

// "cache/hub": what stands before the path of every repository.
Result<std::string> parse_prefix(const std::string& host, const std::string& prefix) {
  const auto image = oci::ImageRef::parse(host + "/" + prefix + "/x:y");
  if (!prefix.empty() && (!image || image->path() != prefix + "/x")) {
    return fail(Reason::BadConfig, "\"" + prefix + "\" is no path of a repository");
  }
  return prefix;
}

MirrorSetup read_mirror(Section& section, const Catalog& catalog, const Services& services) {
  MirrorSetup mirror;
  mirror.where = section.where();
  mirror.host = understood_host(section, section.required_text("host"));
  mirror.prefix =
      section.understood("prefix", parse_prefix(mirror.host, section.text("prefix"))).value_or("");
  mirror.word = section.flag("tags", false) ? Place::Word::Everything : Place::Word::Contents;
  read_own_network(section, mirror, catalog, services);
  return mirror;
}

void read_mirrors(Section& section, RegistrySetup& registry, const Catalog& catalog,
                  const Services& services) {
  for (auto& each : section.sections("mirrors")) {
    auto mirror = read_mirror(each, catalog, services);
    if (mirror.host == registry.host && mirror.prefix.empty()) {
      each.refuse("host", "that is the registry itself");
    }
    registry.mirrors.push_back(std::move(mirror));
  }
  if (registry.mirrors.size() > limits::kMirrors) {
    section.refuse("mirrors", "more than " + std::to_string(limits::kMirrors));
  }
  if (!section.flag("mirrorsOnly", false)) {
    return;
  }
  registry.itself = RegistrySetup::Itself::NeverAsked;
  if (registry.mirrors.empty()) {
    section.refuse("mirrorsOnly", "there are no mirrors");
  }
  for (auto& mirror : registry.mirrors) {
    mirror.word = Place::Word::Everything;  // there is nobody else to ask
  }
}

Result<ReferrersBy> parse_referrers(std::string_view text) {
  constexpr std::pair<std::string_view, ReferrersBy> kWays[] = {{"auto", ReferrersBy::Auto},
                                                                {"api", ReferrersBy::Api},
                                                                {"tag", ReferrersBy::Tag},
                                                                {"both", ReferrersBy::Both}};
  const auto* const way =
      std::ranges::find(kWays, text, &std::pair<std::string_view, ReferrersBy>::first);
  if (way == std::end(kWays)) {
    return fail(Reason::BadConfig, "auto, api, tag or both is expected");
  }
  return way->second;
}

// "https://auth.example": what a token realm is compared with.
Result<std::string> parse_origin(const std::string& text) {
  const auto url = net::Url::parse(text, Reason::BadConfig);
  if (!url || url->path() != "/" || !url->query().empty()) {
    return fail(Reason::BadConfig, "\"" + text + "\" is not https://HOST or https://HOST:PORT");
  }
  return text;
}

void read_settings(Section& section, registry::RegistrySettings& settings) {
  for (const auto& text : section.texts("tokenRealms")) {
    if (auto origin = section.understood("tokenRealms", parse_origin(text))) {
      settings.realms.push_back(std::move(*origin));
    }
  }
  for (const auto& text : section.texts("redirectHosts")) {
    if (auto host = section.understood("redirectHosts", registry::HostPattern::parse(text))) {
      settings.redirect_hosts.push_back(std::move(*host));
    }
  }
  settings.referrers =
      section.parsed("referrers", "auto", parse_referrers).value_or(settings.referrers);
  settings.referrers_per_minute = section.number(
      "referrersPerMinute", 0, {.least = 0, .most = limits::kReferrersPerMinuteMost});
}

void read_client_certificate(Section& section, net::TransportOptions& transport) {
  if (!section.has("clientCertificate")) {
    return;
  }
  auto files = section.section("clientCertificate");
  const auto file = [&files](std::string_view key) {
    return files.resolved(files.required_text(key)).string();
  };
  transport.client_certificate = file("certificate");
  transport.client_key = file("key");
}

void read_network(Section& section, RemoteSetup& remote, const Catalog& catalog,
                  const Services& services) {
  auto [kind, credentials] = section.kind("credentials", "anonymous");
  if (auto* const make = catalog.find<CredentialSource>(kind, section, "credentials")) {
    remote.credentials = make(credentials, services);
  }
  auto& transport = remote.transport;
  transport.plain_http =
      section.flag("plainHttp", false) ? net::PlainHttp::Allow : net::PlainHttp::Refuse;
  transport.ca_file = section.path("caFile").string();
  read_client_certificate(section, transport);
  read_reach(section, transport);
  transport.connections = section.number("connections", limits::kConnectionsPerHost,
                                         {.least = 1, .most = limits::kConnectionsPerHostMost});
  read_settings(section, remote.settings);
}

void read_own_network(Section& section, RemoteSetup& remote, const Catalog& catalog,
                      const Services& services) {
  read_network(section, remote, catalog, services);
  if (remote.credentials) {
    if (const auto fits = remote.credentials->fit(remote); !fits) {
      section.refuse("credentials", fits.error().detail);
    }
  }
}

// What would make a member less sure to be the one it is called, or tell it who we are before it is
// known to be one.
void refuse_of_family(Section& section, const RemoteSetup& family) {
  if (family.transport.plain_http == net::PlainHttp::Allow) {
    section.refuse("plainHttp", "the registries of a family are reached by https alone");
  }
  if (!family.transport.client_certificate.empty()) {
    section.refuse("clientCertificate", "is for one registry: list it by its name");
  }
  if (!family.settings.realms.empty()) {
    section.refuse("tokenRealms", "the registries of a family issue their tokens themselves");
  }
}

// `host` was read. Mirrors and a layout have no place in it, and are refused as what nobody reads.
void read_family(Section& section, RegistrySetup& registry, const Catalog& catalog,
                 const Services& services) {
  registry.family = section.understood(
      "host", azure::RegistryFamily::parse(registry.host, services.azure->setup().cloud));
  read_network(section, registry, catalog, services);
  refuse_of_family(section, registry);
  if (registry.family && registry.credentials) {
    if (const auto fits = member_of(registry, registry.family->example()); !fits) {
      section.refuse("credentials", fits.error().detail);
    }
  }
}

}  // namespace
}  // namespace countersign::app
