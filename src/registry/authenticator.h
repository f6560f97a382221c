// SPDX-License-Identifier: Apache-2.0
// What to put into the Authorization header for one registry: nothing, Basic, or a Bearer token.
//
// A demand once made is remembered, so that a registry is asked without credentials only once.
// Tokens are kept for each repository and credential: a credential that is replaced never finds the
// token of its predecessor.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"
#include "countersign/registry/credential_provider.h"

#include "registry/challenge.h"
#include "registry/token_cache.h"

namespace countersign::registry {

// The offered scope when it asks for nothing but reading this repository, else our own.
std::string pull_scope(std::string_view path, std::string_view offered);

struct Refusal {  // a 401 of the registry itself
  const net::Response& response;
  const net::Url& asked;
  const Secret& authorization;  // what was sent with it; empty: nothing
};

class Authenticator {  // thread-safe; the clock outlives it
 public:
  Authenticator(std::string registry, std::vector<std::string> realms, const Clock&);

  // The header's value to begin with; empty: none. `path` is the repository's.
  Result<Secret> prepare(const std::optional<Credential>&, std::string_view path,
                         net::HttpTransport&, Deadline);
  // The header's value for a second attempt. RegistryAuth when there can't be one.
  Result<Secret> answer(const Refusal&, const std::optional<Credential>&, std::string_view path,
                        net::HttpTransport&, Deadline);

 private:
  struct Issuer {
    net::Url realm;
    std::string service;
  };
  struct Demand {
    std::optional<Issuer> bearer;  // else Basic
    std::string offered_scope;
  };
  struct Asking {  // the circumstances of one call
    std::string_view path;
    net::HttpTransport& transport;
    Deadline deadline;
  };

  Result<Demand> read_demand(const Refusal&) const;
  Result<Secret> meet(const Demand&, const std::optional<Credential>&, const Secret& refused,
                      const Asking&);
  std::optional<Demand> remembered() const;
  void remember(std::optional<Demand>);

  std::string registry_;
  std::vector<std::string> realms_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Demand> demand_;
  TokenCache tokens_;
};

}  // namespace countersign::registry
