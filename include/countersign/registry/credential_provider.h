// SPDX-License-Identifier: Apache-2.0
// Where credentials for a registry come from.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::registry {

enum class Scheme : std::uint8_t { Https, Http };

struct Origin {  // what credentials are bound to: never a suffix, never a realm, never a redirect
  Scheme scheme = Scheme::Https;
  std::string host;  // lower case
  std::uint16_t port = 443;
  bool operator==(const Origin&) const = default;
  std::string text() const;  // "https://host" or "https://host:5000"
};

// What is presented: user and password (Basic, or for a token), or a refresh token (docker's
// identitytoken), or a bearer token as it is (docker's registrytoken).
struct Credential {
  enum class Kind : std::uint8_t { Password, RefreshToken, RegistryToken };
  Kind kind = Kind::Password;
  std::string user;  // of a Password
  Secret secret;
};

class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  // `registry` is the name that references use ("docker.io", "host:5000").
  // nullopt: none for this registry, ask anonymously. Error: there is one and it could not be got;
  // do not fall through to anonymous.
  virtual Result<std::optional<Credential>> credential_for(std::string_view registry, Deadline) = 0;
};

}  // namespace countersign::registry
