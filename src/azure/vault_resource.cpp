// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_resource.h"

#include <utility>

#include "countersign/azure/key_vault.h"
#include "countersign/net/header_reader.h"
#include "countersign/net/url.h"

namespace countersign::azure {
namespace {

constexpr std::string_view kPageSize = "25";  // the most that Key Vault grants

std::string_view collection(Resource::Kind kind) {
  switch (kind) {
    case Resource::Kind::Secret:
      return "secrets";
    case Resource::Kind::Certificate:
      return "certificates";
    case Resource::Kind::Key:
      return "keys";
  }
  return "unknown";
}

std::string_view singular(Resource::Kind kind) {
  const auto plural = collection(kind);
  return plural.substr(0, plural.size() - 1);
}

bool is_list(const Resource& resource) {
  return resource.part == Resource::Part::Versions || resource.part == Resource::Part::Objects;
}

std::string_view verb(Resource::Part part) {
  switch (part) {
    case Resource::Part::Object:
      return "get";
    case Resource::Part::Versions:
    case Resource::Part::Objects:
      return "list";
    case Resource::Part::Signature:
      return "sign";
  }
  return "unknown";
}

}  // namespace

std::string path_of(const Resource& resource) {
  std::string path = "/" + std::string(collection(resource.kind));
  if (resource.part == Resource::Part::Objects) {
    return path;
  }
  path += "/" + resource.name;
  if (resource.part == Resource::Part::Versions) {
    return path + "/versions";
  }
  if (!resource.version.empty()) {
    path += "/" + resource.version;
  }
  return resource.part == Resource::Part::Signature ? path + "/sign" : path;
}

std::string url_of(const Resource& resource, const Vault& vault, std::string_view api_version) {
  if (!resource.page.empty()) {
    return resource.page;
  }
  auto url = vault.origin + path_of(resource) + "?api-version=" + net::percent_encode(api_version);
  if (is_list(resource)) {
    url += "&maxresults=" + std::string(kPageSize);
  }
  return url;
}

std::string text_of(const Resource& resource) {
  const auto object = std::string(singular(resource.kind)) + " " + resource.name;
  switch (resource.part) {
    case Resource::Part::Object:
      return resource.version.empty() ? object : object + ", version " + resource.version;
    case Resource::Part::Versions:
      return "the versions of " + object;
    case Resource::Part::Objects:
      return "the list of " + std::string(collection(resource.kind));
    case Resource::Part::Signature:
      return "a signature of " + object;
  }
  return object;
}

// learn.microsoft.com, "Azure built-in roles for Key Vault data plane operations". Those that grant
// least: the Reader sees lists and certificates, and no secret's text.
std::string_view needed_role(const Resource& resource) {
  if (resource.kind == Resource::Kind::Key) {
    return "Key Vault Crypto User";
  }
  return resource.kind == Resource::Kind::Secret && !is_list(resource) ? "Key Vault Secrets User"
                                                                       : "Key Vault Reader";
}

std::string needed_permission(const Resource& resource) {
  return std::string(collection(resource.kind)) + "/" + std::string(verb(resource.part));
}

Result<ObjectId> parse_object_id(std::string_view url, const Vault& vault, Resource::Kind kind) {
  constexpr auto kReason = Reason::KeyVaultUnavailable;
  const auto own = net::Url::parse(vault.origin, kReason);
  const auto id = net::Url::parse(url, kReason);
  const auto prefix = "/" + std::string(collection(kind)) + "/";
  if (!own || !id || !id->same_origin(*own) || !net::lower(id->path()).starts_with(prefix)) {
    return fail(kReason, vault.host + " answers about an object of another vault or kind");
  }
  const auto rest = std::string_view(id->path()).substr(prefix.size());
  const auto slash = rest.find('/');
  auto name = parse_object_name(rest.substr(0, slash));
  auto version = slash == std::string_view::npos ? Result<std::string>("")
                                                 : parse_object_version(rest.substr(slash + 1));
  if (!name || !version) {
    return fail(kReason, vault.host + " answers about an object without a proper name or version");
  }
  return ObjectId{*std::move(name), *std::move(version)};
}

}  // namespace countersign::azure
