// SPDX-License-Identifier: Apache-2.0
// The names of an Azure cloud: where identities are asked for tokens, what tokens are for, and
// which hosts may be sent one.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/net/url.h"

namespace countersign::azure {

struct Cloud {
  std::string authority;          // "https://login.microsoftonline.com/", with the slash
  std::string vault_suffix;       // ".vault.azure.net"
  std::string vault_audience;     // "https://vault.azure.net", without a slash: compared literally
  std::string registry_suffix;    // ".azurecr.io"
  std::string registry_audience;  // "https://containerregistry.azure.net"

  // "public", "usGovernment", "china". Reason::BadConfig.
  [[nodiscard]] static Result<Cloud> named(std::string_view name);
};

// "https://login.microsoftonline.com", with a slash or without: https, a host, no user, port, path
// or query, or a port where the configuration, not the environment, names it. The text with the
// slash. BadConfig, which says what is wrong and not where.
enum class Port : std::uint8_t { Usual, Any };
[[nodiscard]] Result<std::string> parse_authority(std::string_view text, Port);

// An authority, as parse_authority gives it, that is known to be another cloud's: BadConfig, with
// the name of that cloud. Authorities that nobody knows pass.
[[nodiscard]] Result<void> check_authority(std::string_view authority, const Cloud&);

// A tenant or client id: letters, digits, "-" and ".", at most limits::kAzureNameBytes, no ".." and
// no "." at either end, so that it is one segment of a path. BadConfig.
[[nodiscard]] Result<std::string> parse_azure_name(std::string_view text);

// An image registry's host, as references write it, that may be sent a token of this cloud:
// "name.azurecr.io", "name-hash.azurecr.io" (one label), or a regional
// "name.region.geo.azurecr.io"; a name has 5 to 50 letters and digits; lower case, no port. Never a
// data endpoint, never mcr.microsoft.com, never another cloud's. BadConfig.
[[nodiscard]] Result<void> check_login_server(std::string_view host, const Cloud&);

// The address of a vault: exactly "https://NAME" + vault_suffix, perhaps with a "/" at the end;
// NAME has 3 to 24 letters, digits and single "-", a letter first, none of them last. Case folds to
// lower. BadConfig; a managed HSM is refused with a text of its own.
struct Vault {
  std::string name;
  std::string host;    // "kv.vault.azure.net"
  std::string origin;  // "https://kv.vault.azure.net"
  [[nodiscard]] static Result<Vault> parse(std::string_view text, const Cloud&);
};

}  // namespace countersign::azure
