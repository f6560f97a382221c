// SPDX-License-Identifier: Apache-2.0
// A repository behind the OCI distribution API 1.1.
//
// Tags and digests are resolved by GET, never HEAD, and the bytes are hashed; no header decides a
// digest. Credentials go to the registry's own origin and to an accepted token realm, nowhere else:
// a realm is accepted when its origin is the registry's or is listed for it. Redirects of blobs are
// followed by us, at most limits::kRedirects, https to https, without credentials once the origin
// changes; a tag is never redirected to another origin. Only a definite "not here" leads from the
// referrers API to the referrers tag: an error is never "unsigned".
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/net/http_transport.h"
#include "countersign/registry/credential_provider.h"
#include "countersign/registry/host_pattern.h"
#include "countersign/registry/publisher.h"
#include "countersign/registry/repository.h"

namespace countersign::registry {

// Where signatures are looked for. Auto: the referrers API, and the referrers tag where a registry
// does not have it. Api: a registry without it is an error. Both: the union, asked for at once, for
// registries that gained the API when signatures were there.
enum class ReferrersBy : std::uint8_t { Auto, Api, Tag, Both };

// A registry that issues its tokens itself, at a place that is known: asked there from the start,
// so that the first request is no 401, and nowhere else, whatever a challenge says.
struct OwnIssuer {
  std::string path = "/oauth2/token";  // below the registry's origin
  // What a challenge may call the service; the first is asked for until one has come. At least one.
  std::vector<std::string> services = {};
};

struct RegistrySettings {
  Scheme scheme = Scheme::Https;  // Http only where the configuration says so
  std::vector<std::string> realms =
      {};  // further origins that may issue tokens: "https://auth.example.com"
  // Where else blobs may be redirected to; none: anywhere.
  std::vector<HostPattern> redirect_hosts = {};
  ReferrersBy referrers = ReferrersBy::Auto;
  std::optional<OwnIssuer> issuer = {};  // instead of realms
  // Lists of referrers that are asked for a minute, in bursts of limits::kReferrersBurst; 0: as
  // many as are wanted. Who can't be served within his time gets RegistryThrottled.
  std::size_t referrers_per_minute = 0;
};

// One per registry; keeps its tokens and what it learnt about it. Thread-safe. All arguments
// outlive it and its repositories.
class Registry {
 public:
  Registry(std::string name, RegistrySettings, net::HttpTransport&, const Clock&);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The reference's registry() must be this one's name. What is found is not remembered
  // (remembered_registry.h does that).
  std::unique_ptr<Repository> open(const oci::ImageRef&, std::shared_ptr<CredentialProvider>);

  // For the repository of the reference, with credentials that may push. An upload goes to the
  // registry's own origin, or without credentials to where it says, within `redirect_hosts`; no
  // other redirect of a write is followed. With ReferrersBy::Tag the referrers tag is always kept.
  std::unique_ptr<Publisher> publisher(const oci::ImageRef&, std::shared_ptr<CredentialProvider>);

  const std::string& name() const;

  // Nobody waits any more for a turn that `referrers_per_minute` grants, nor to see that what was
  // published stays: Overloaded, now and later.
  // The transport, which is borrowed, is not closed. From any thread, any number of times.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace countersign::registry
