// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/keyring.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

#include "registry/docker_entry.h"
#include "registry/label_glob.h"

namespace countersign::registry {
namespace {

using codec::Json;

bool host_matches(std::string_view pattern, std::string_view host);
bool is_of_hub(const oci::ImageRef& image);
bool same(const Credential& one, const Credential& other);

Error in_helper() {
  return {Reason::BadConfig, "only a helper program has them, and those are never run"};
}

}  // namespace

Result<Keyring> Keyring::parse(std::string_view json, Format format) {
  TRY(const auto document, Json::parse(json, {.bytes = limits::kConfigBytes}, Reason::BadConfig));
  if (!document.is_object()) {
    return fail(Reason::BadConfig, "the docker configuration is not an object");
  }
  Keyring keyring;
  if (format == Format::DockerCfg) {
    keyring.add_entries(document, Empty::NoCredential);
    return keyring;
  }
  for (const std::string_view name : {"auths", "credHelpers"}) {
    const auto* member = document.find(name);
    if (member != nullptr && !member->is_null() && !member->is_object()) {
      return fail(Reason::BadConfig, std::string(name) + " is not an object");
    }
  }
  if (const auto* auths = document.find("auths")) {
    const auto* store = document.find_string("credsStore");
    keyring.add_entries(*auths,
                        store == nullptr || store->empty() ? Empty::NoCredential : Empty::InHelper);
  }
  if (const auto* helpers = document.find("credHelpers")) {
    keyring.add_helpers(*helpers);
  }
  return keyring;
}

void Keyring::add(Keyring other) { entries_.merge(other.entries_); }

Keyring Keyring::only_for(const oci::ImageRef& image) const {
  Keyring few;
  for (const auto& [text, entry] : entries_) {
    if (entry.key.matches(image) || (entry.key.is_hub() && is_of_hub(image))) {
      few.entries_.emplace_hint(few.entries_.end(), text, entry);
    }
  }
  return few;
}

Result<std::vector<Credential>> Keyring::match(const oci::ImageRef& image) const {
  std::vector<Credential> credentials;
  const auto entries = entries_for(image);
  if (!entries.empty() && !entries.front()->credential) {
    const auto& [key, credential] = *entries.front();
    return fail(credential.error().reason, "the docker configuration's credentials for " +
                                               key.text() +
                                               " can't be used: " + credential.error().detail);
  }
  for (const auto* entry : entries) {
    const auto known = [entry](const Credential& each) { return same(each, *entry->credential); };
    if (entry->credential && credentials.size() < limits::kCredentialsTried &&
        std::ranges::none_of(credentials, known)) {
      credentials.push_back(*entry->credential);
    }
  }
  return credentials;
}

// Where no key matches an image of Docker Hub, the entries for its historical name count.
std::vector<const Keyring::Entry*> Keyring::entries_for(const oci::ImageRef& image) const {
  std::vector<const Entry*> found;
  std::vector<const Entry*> of_hub;
  for (const auto& [text, entry] : entries_) {
    if (entry.key.matches(image)) {
      found.push_back(&entry);
    } else if (entry.key.is_hub()) {
      of_hub.push_back(&entry);
    }
  }
  return found.empty() && is_of_hub(image) ? of_hub : found;
}

void Keyring::add_entries(const Json& auths, Empty empty) {
  // Of two that mean the same, the plain name wins over one with a scheme or a version behind it.
  for (const bool plain : {true, false}) {
    for (const auto& [key, entry] : auths.members()) {
      if ((parse_key(key).text() == key) != plain) {
        continue;
      }
      auto credential = read_docker_entry(entry);
      if (!credential) {
        add_entry(key, std::unexpected(std::move(credential).error()));
      } else if (*credential) {
        add_entry(key, **std::move(credential));
      } else if (empty == Empty::InHelper) {
        add_entry(key, std::unexpected(in_helper()));
      }
    }
  }
}

void Keyring::add_helpers(const Json& helpers) {
  for (const auto& [key, helper] : helpers.members()) {
    add_entry(key, std::unexpected(in_helper()));
  }
}

// "The index is reverse-sorted so more specific paths are matched first."
void Keyring::add_entry(std::string_view text, Result<Credential> credential) {
  if (text.size() <= limits::kReferenceBytes) {  // a longer one could match no image
    auto key = parse_key(text);
    auto place = key.text();
    entries_.emplace(std::move(place), Entry{std::move(key), std::move(credential)});
  }
}

// "https://index.docker.io/v1/" is index.docker.io, "host:5000/v2/team" is host:5000/team.
Keyring::Key Keyring::parse_key(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  }
  const auto slash = std::min(text.find('/'), text.size());
  auto authority = text.substr(0, slash);
  auto path = text.substr(slash);
  for (const std::string_view version : {"/v1", "/v2"}) {
    if (path == version || path.starts_with(std::string(version) + "/")) {
      path.remove_prefix(version.size());
      break;
    }
  }
  Key key;
  key.path = path == "/" ? "" : path;
  const auto after_address = authority.starts_with('[') ? authority.find("]:") : 0;
  const auto colon = after_address == std::string_view::npos ? std::string_view::npos
                                                             : authority.find(':', after_address);
  if (colon != std::string_view::npos) {
    key.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  key.host = net::lower(authority);
  return key;
}

bool Keyring::Key::is_hub() const {
  return path.empty() && port.empty() &&
         (host == "index.docker.io" || host == "registry-1.docker.io");
}

std::string Keyring::Key::text() const { return host + (port.empty() ? "" : ":" + port) + path; }

bool Keyring::Key::matches(const oci::ImageRef& image) const {
  const auto image_port = image.port() ? std::to_string(*image.port()) : std::string();
  if (port != image_port || !host_matches(host, image.host())) {
    return false;
  }
  const auto whole = "/" + image.path();
  return whole.starts_with(path) && (path.empty() || path.ends_with('/') ||
                                     whole.size() == path.size() || whole[path.size()] == '/');
}

namespace {

// Label by label, so that no glob spans a dot. An IPv6 address is no pattern.
bool host_matches(std::string_view pattern, std::string_view host) {
  if (host.starts_with('[')) {
    return pattern == host;
  }
  while (true) {
    const auto pattern_dot = pattern.find('.');
    const auto dot = host.find('.');
    if (!label_matches(pattern.substr(0, pattern_dot), host.substr(0, dot))) {
      return false;
    }
    if (pattern_dot == std::string_view::npos || dot == std::string_view::npos) {
      return pattern_dot == dot;
    }
    pattern.remove_prefix(pattern_dot + 1);
    host.remove_prefix(dot + 1);
  }
}

bool is_of_hub(const oci::ImageRef& image) { return image.registry() == "docker.io"; }

bool same(const Credential& one, const Credential& other) {
  return one.kind == other.kind && one.user == other.user &&
         one.secret.reveal() == other.secret.reveal();
}

}  // namespace
}  // namespace countersign::registry
