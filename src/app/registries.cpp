// SPDX-License-Identifier: Apache-2.0
#include "app/registries.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/registry/oci_layout.h"

namespace countersign::app {
namespace {

bool equal(const net::TransportOptions& one, const net::TransportOptions& other);
Result<oci::ImageRef> renamed(const oci::ImageRef& image, const std::string& host,
                              const std::string& prefix);
Result<void> answers(const std::string& address, net::HttpTransport& http, Deadline deadline);

}  // namespace

Hosts hosts_of(const Setup& setup) {
  auto hosts = setup.azure ? setup.azure->hosts() : Hosts();
  const auto add = [&hosts](const RemoteSetup& remote) {
    if (const auto image = oci::ImageRef::parse(remote.host + "/x/y")) {
      hosts.insert(image->wire_host());
    }
  };
  for (const auto& each : setup.registries) {
    if (each.family) {
      hosts.insert(each.host);
      continue;
    }
    add(each);
    std::ranges::for_each(each.mirrors, add);
  }
  return hosts;
}

Result<std::unique_ptr<Registries>> Registries::create(Setup setup, RegistryTools tools) {
  if (setup.azure) {
    TRY_VOID(setup.azure->start(tools.observer));
  }
  std::unique_ptr<Registries> registries(new Registries(tools));
  for (auto& each : setup.registries) {
    TRY_VOID(registries->add(std::move(each)));
  }
  return registries;
}

// Looks that are under way end with their transport, and a registry's end waits for its looks.
Registries::~Registries() {
  for (const auto& line : lines_) {
    line.courier->close();
  }
}

Result<std::unique_ptr<registry::Repository>> Registries::open(const oci::ImageRef& image,
                                                               const kube::Puller& puller) {
  const auto name = image.registry();
  if (const auto layout = layouts_.find(name); layout != layouts_.end()) {
    return registry::open_layout(layout->second);
  }
  if (const auto source = sources_.find(name); source != sources_.end()) {
    return open(source->second, image, puller);
  }
  if (family_ && family_->holds(name)) {
    return family_->open(image, puller);
  }
  return fail(Reason::RegistryNotAllowed, "the registry " + name + " is not configured");
}

Result<std::unique_ptr<registry::Repository>> Registries::open(const Source& source,
                                                               const oci::ImageRef& image,
                                                               const kube::Puller& puller) const {
  const auto open_at = [&puller](const Remote& remote, const oci::ImageRef& name) {
    return remote.registry->open(name, remote.credentials->provider_for(puller));
  };
  if (source.mirrors.empty()) {
    return open_at(*source.itself, image);
  }
  std::vector<registry::Place> places;
  for (const auto& mirror : source.mirrors) {
    TRY(auto name, renamed(image, mirror.host, mirror.prefix));
    auto repository = open_at(mirror.remote, name);
    places.push_back({std::move(repository), std::move(name), mirror.word});
  }
  if (source.itself) {
    places.push_back({open_at(*source.itself, image), image, registry::Place::Word::Everything});
  }
  return registry::mirrored(std::move(places), tools_.clock);
}

Result<std::unique_ptr<registry::Publisher>> Registries::publisher(
    const oci::ImageRef& image, const kube::Puller& puller) const {
  const auto name = image.registry();
  if (const auto layout = layouts_.find(name); layout != layouts_.end()) {
    return registry::publish_to_layout(layout->second, tools_.clock);
  }
  TRY(const auto* const remote, itself(name));
  return remote->registry->publisher(image, remote->credentials->provider_for(puller));
}

Result<std::unique_ptr<registry::Repository>> Registries::open_anew(
    const oci::ImageRef& image) const {
  const auto name = image.registry();
  if (const auto layout = layouts_.find(name); layout != layouts_.end()) {
    return registry::open_layout(layout->second);
  }
  TRY(const auto* const remote, itself(name));
  return remote->wire->open(image, remote->credentials->provider_for({}));
}

Result<const Remote*> Registries::itself(const std::string& name) const {
  const auto source = sources_.find(name);
  if (family_ && family_->holds(name) && source == sources_.end()) {
    return fail(Reason::BadConfig, "to write to " + name + " it must be listed by its own name");
  }
  if (source == sources_.end()) {
    return fail(Reason::RegistryNotAllowed, "the registry " + name + " is not configured");
  }
  if (!source->second.itself) {
    return fail(Reason::BadConfig, "of " + name + " only mirrors are asked, which take nothing");
  }
  return &*source->second.itself;
}

Result<void> Registries::add(RegistrySetup setup) {
  if (setup.layout) {
    layouts_.emplace(setup.host, std::move(*setup.layout));
    return {};
  }
  if (setup.family) {
    return add_family(std::move(setup));
  }
  Source source;
  for (auto& mirror : setup.mirrors) {
    TRY(auto at_mirror, remote(mirror));
    source.mirrors.push_back({mirror.host, mirror.prefix, mirror.word, std::move(at_mirror)});
  }
  switch (setup.itself) {
    case RegistrySetup::Itself::Asked: {
      TRY(source.itself, remote(setup));
      break;
    }
    case RegistrySetup::Itself::NeverAsked:
      break;
  }
  sources_.emplace(setup.host, std::move(source));
  return {};
}

// With connections of its own: whose hosts pods name may be slow, and slows no listed registry
// down.
Result<void> Registries::add_family(RegistrySetup setup) {
  const auto http = new_line(setup.transport);
  if (!http) {
    return fail(http.error().reason, setup.where + ": " + http.error().detail);
  }
  const auto names = *setup.family;
  tools_.logger.warning(
      "whoever may create pods chooses which registry of a family is contacted: better list yours",
      {{"family", names.text()}});
  family_ = std::make_unique<FamilyMembers>(names, std::move(setup), **http, tools_);
  return {};
}

Result<Remote> Registries::remote(RemoteSetup& setup) {
  const auto http = line_for(setup.transport);
  if (!http) {
    return fail(http.error().reason, setup.where + ": " + http.error().detail);
  }
  TRY(auto remote, make_remote(setup, **http, tools_));
  TRY(const auto image, oci::ImageRef::parse(setup.host + "/x/y"));
  contacts_.push_back({setup.host, remote.credentials.get(), *http,
                       scheme_of(setup.transport) + image.wire_host() + "/v2/"});
  return remote;
}

// What fails is tried again when an image needs it, and then has somebody to be told to.
void Registries::renew(Deadline deadline) {
  for (const auto& contact : contacts_) {
    static_cast<void>(contact.credentials->renew(deadline));
  }
  if (family_) {
    family_->renew(deadline);
  }
}

std::vector<std::pair<std::string, Result<void>>> Registries::try_all(Deadline deadline) {
  std::vector<std::pair<std::string, Result<void>>> findings;
  for (const auto& contact : contacts_) {
    // Once: who looks wants to know how it is now.
    auto finding =
        answers(contact.address, *contact.http, deadline.trying_until(tools_.clock.tick()));
    if (finding) {
      finding = contact.credentials->renew(deadline);
    }
    findings.emplace_back(contact.host, std::move(finding));
  }
  return findings;
}

// Connections are shared by registries that are reached in the same way, and by no others.
Result<net::HttpTransport*> Registries::line_for(const net::TransportOptions& options) {
  const auto shared = std::ranges::find_if(
      lines_, [&options](const Line& each) { return equal(each.options, options); });
  return shared != lines_.end() ? Result<net::HttpTransport*>(shared->courier.get())
                                : new_line(options);
}

Result<net::HttpTransport*> Registries::new_line(const net::TransportOptions& options) {
  Line line;
  line.options = options;
  TRY(line.http, net::make_curl_transport(options, tools_.clock));
  line.patience = courier::make_patience();
  line.courier =
      std::make_unique<courier::Courier>(*line.http, *line.patience, tools_.observer, tools_.clock);
  lines_.push_back(std::move(line));
  return lines_.back().courier.get();
}

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
  const auto rest = [](const net::TransportOptions& each) {
    return std::tie(each.ca_file, each.client_certificate, each.client_key, each.plain_http,
                    each.proxy, each.no_proxy, each.connections, each.user_agent);
  };
  return std::ranges::equal(one.allowed, other.allowed, same) &&
         std::ranges::equal(one.overrides, other.overrides, same) && rest(one) == rest(other);
}

// OCI distribution specification, "Determining Support": 200, or 401 where it wants credentials.
Result<void> answers(const std::string& address, net::HttpTransport& http, Deadline deadline) {
  net::Request request;
  request.url = address;
  request.max_response = limits::kRegistryErrorBytes;
  TRY(const auto response, http.send(request, deadline));
  if (response.status == 200 || response.status == 401) {
    return {};
  }
  if (response.status == 403) {
    return fail(Reason::RegistryAuth,
                address + " answers 403: a firewall or other network rules do not let us in");
  }
  return fail(Reason::RegistryResponse, address + " answers " + std::to_string(response.status));
}

// The same repository, tag and digest, as the mirror calls it.
Result<oci::ImageRef> renamed(const oci::ImageRef& image, const std::string& host,
                              const std::string& prefix) {
  auto text = host + "/" + (prefix.empty() ? "" : prefix + "/") + image.path();
  if (image.tag()) {
    text += ":" + *image.tag();
  }
  if (image.digest()) {
    text += "@" + image.digest()->text();
  }
  return oci::ImageRef::parse(text);
}

}  // namespace
}  // namespace countersign::app
