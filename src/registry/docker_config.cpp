// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/docker_config.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

#include "registry/header_reader.h"

namespace countersign::registry {
namespace {

using codec::Json;
using Found = Result<std::optional<Credential>>;

std::string registry_of(std::string_view key);
Found read_entry(const Json& entry);
Result<Credential> read_auth(const std::string& auth);

class DockerConfig final : public CredentialProvider {
 public:
  explicit DockerConfig(const Json& config) {
    if (const auto* auths = config.find("auths")) {
      for (const auto& [key, entry] : auths->members()) {
        const auto registry = registry_of(key);
        // The plain name wins over one with a scheme or a version behind it.
        if (registry == key) {
          entries_.insert_or_assign(registry, read_entry(entry));
        } else {
          entries_.try_emplace(registry, read_entry(entry));
        }
      }
    }
    if (const auto* helpers = config.find("credHelpers")) {
      for (const auto& [key, helper] : helpers->members()) {
        helped_.insert(registry_of(key));
      }
    }
    has_store_ = config.find_string("credsStore") != nullptr;
  }

  Result<Credentials> credentials_for(const oci::ImageRef& image, Deadline) override {
    TRY(auto found, find(image.registry()));
    Credentials credentials;
    if (found) {
      credentials.candidates.push_back(std::move(*found));
    }
    return credentials;
  }

 private:
  Found find(const std::string& registry) const {
    const auto found = entries_.find(registry);
    const bool listed = found != entries_.end();
    if (listed && (!found->second || found->second->has_value())) {
      return found->second;
    }
    // docker leaves an empty entry behind when a store keeps what belongs there.
    if (helped_.contains(registry) || (listed && has_store_)) {
      return fail(Reason::BadConfig, "the docker configuration keeps the credentials of " +
                                         registry + " in a helper program, and those are not run");
    }
    return std::nullopt;
  }

  std::map<std::string, Found> entries_;
  std::set<std::string> helped_;
  bool has_store_ = false;
};

class Anonymous final : public CredentialProvider {
 public:
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    return Credentials{};
  }
};

// "https://index.docker.io/v1/" is Docker Hub, "host:5000/v2/" is host:5000.
std::string registry_of(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) {
      key.remove_prefix(scheme.size());
    }
  }
  for (const std::string_view tail : {"/", "/v1", "/v2"}) {
    if (key.ends_with(tail)) {
      key.remove_suffix(tail.size());
    }
  }
  auto registry = lower(key);
  const bool hub = registry == "index.docker.io" || registry == "registry-1.docker.io";
  return hub ? "docker.io" : registry;
}

const std::string* filled(const Json& entry, std::string_view name) {
  const auto* text = entry.find_string(name);
  return text != nullptr && !text->empty() ? text : nullptr;
}

Found read_entry(const Json& entry) {
  using enum Credential::Kind;
  if (const auto* token = filled(entry, "registrytoken")) {
    return Credential{RegistryToken, {}, Secret(*token)};
  }
  if (const auto* token = filled(entry, "identitytoken")) {
    return Credential{RefreshToken, {}, Secret(*token)};
  }
  if (const auto* auth = filled(entry, "auth")) {
    return read_auth(*auth);
  }
  const auto* user = filled(entry, "username");
  const auto* password = entry.find_string("password");
  if (user != nullptr && password != nullptr) {
    return Credential{Password, *user, Secret(*password)};
  }
  return std::nullopt;
}

Result<Credential> read_auth(const std::string& auth) {
  static constexpr std::string_view kTokenUser = "<token>";  // docker's sign for an identity token
  auto padded = auth;
  padded.append((4 - padded.size() % 4) % 4, '=');  // unpadded ones are in use
  const auto decoded = codec::decode_base64(padded, Reason::BadConfig);
  wipe(padded);
  if (!decoded) {
    return fail(Reason::BadConfig, "an auth of the docker configuration is not base64");
  }
  auto text = as_text(*decoded);
  while (text.ends_with('\0')) {
    text.remove_suffix(1);
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(Reason::BadConfig, "an auth of the docker configuration is not user:password");
  }
  Credential credential{Credential::Kind::Password, std::string(text.substr(0, colon)),
                        Secret(std::string(text.substr(colon + 1)))};
  if (credential.user == kTokenUser) {
    credential.kind = Credential::Kind::RefreshToken;
    credential.user.clear();
  }
  return credential;
}

}  // namespace

Result<std::unique_ptr<CredentialProvider>> parse_docker_config(std::string_view json) {
  TRY(const auto config, Json::parse(json, {.bytes = limits::kConfigBytes}, Reason::BadConfig));
  if (!config.is_object()) {
    return fail(Reason::BadConfig, "the docker configuration is not an object");
  }
  return std::make_unique<DockerConfig>(config);
}

std::unique_ptr<CredentialProvider> anonymous() { return std::make_unique<Anonymous>(); }

}  // namespace countersign::registry
