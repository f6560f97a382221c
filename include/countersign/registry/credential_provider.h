// SPDX-License-Identifier: Apache-2.0
// Where credentials for a registry come from.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/oci/image_ref.h"

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

struct Credentials {
  // Whose they are: what a registry shows to one owner no cache shows to another. Empty:
  // everybody's who may ask this registry at all, because they stand in its configuration.
  std::string owner;
  // The best first; the next is tried when the registry refuses one. At most
  // limits::kCredentialsTried count. Empty: ask anonymously.
  std::vector<Credential> candidates;
};

class CredentialProvider {  // thread-safe
 public:
  virtual ~CredentialProvider() = default;
  // For pulls of `image`. An Error: there are credentials and they could not be got; do not fall
  // through to anonymous.
  virtual Result<Credentials> credentials_for(const oci::ImageRef& image, Deadline) = 0;

  // The registry refused all of these. True: credentials_for may now give others, so that it is
  // worth a second try.
  virtual bool refused(const Credentials&) { return false; }
};

}  // namespace countersign::registry
