// SPDX-License-Identifier: Apache-2.0
// What to put into the Authorization header for one registry: nothing, Basic, or a Bearer token.
//
// A demand once made is remembered, so that a registry is asked without credentials only once: the
// token for a repository that is new to us is fetched before it is demanded. Tokens are kept for
// each repository, credential and access: a credential that is replaced never finds the token of
// its predecessor, no owner that of another, and no pull one that could push.
//
// With a pinned issuer the demand is known before it was made, and a challenge can't move it: it
// may name another of the listed services and other actions, and everything else is RegistryAuth.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/net/challenge.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/registry/credential_provider.h"

#include "registry/access.h"
#include "registry/credential_order.h"
#include "registry/realm.h"
#include "registry/token_cache.h"

namespace countersign::registry {

// What to ask an issuer for: the actions of the offered scope when it asks for nothing but reading
// this repository ("pull,metadata_read"), else "pull". Good for every repository of the registry.
std::string read_actions(std::string_view path, std::string_view offered_scope);

struct Issuer {
  net::Url realm;
  std::string service;
};

struct TrustedIssuers {
  std::vector<std::string> realms = {};     // further origins
  std::optional<PinnedIssuer> pinned = {};  // this alone, and no other origin
};

struct Demand {
  std::optional<Issuer> bearer;  // else Basic
  std::string actions;           // for a pull
};

struct Asking {           // the circumstances of one call
  std::string_view path;  // the repository's
  net::HttpTransport& transport;
  Deadline deadline;
  Access access = Access::Pull;
};

// Credentials that are null ask anonymously. Where a credential is refused, or can't be what is
// demanded, the reason is RegistryAuth: another one may do.
class Authenticator {  // thread-safe; the clock outlives it
 public:
  Authenticator(std::string registry, TrustedIssuers, const Clock&);

  // The header's value to begin with; empty: none. Never empty because a credential failed: an
  // image that everybody may read must not hide that the credential for it is wrong.
  Result<Secret> prepare(const Credential*, const Asking&);
  // What a 401 of the registry itself demands, remembered. RegistryAuth when nobody could meet it.
  Result<Demand> learn(const net::Response&, const net::Url& asked, const Asking&);
  // The header's value, never the one that was `refused`; empty: none was.
  Result<Secret> meet(const Demand&, const Credential*, const Secret& refused, const Asking&);

  CredentialOrder& order() { return order_; }

 private:
  struct Remembered {
    Demand demand;
    Tick since;
  };
  Result<Demand> read_demand(const net::Response&, const net::Url& asked,
                             std::string_view path) const;
  Result<Demand> read_pinned(const PinnedIssuer&, const net::Challenge* bearer,
                             const net::Url& asked, std::string_view path) const;
  Result<Secret> basic(const Credential*, const Secret& refused) const;
  std::optional<Remembered> remembered() const;
  void doubt(const Remembered&, Reason);

  std::string registry_;
  TrustedIssuers issuers_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Remembered> demand_;
  TokenCache tokens_;
  CredentialOrder order_;
};

}  // namespace countersign::registry
