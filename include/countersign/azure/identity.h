// SPDX-License-Identifier: Apache-2.0
// The identities that Azure knows us by, and what they are given: access tokens. To ask one is one
// exchange with Microsoft Entra or the metadata service; TokenKeeper remembers what came of it.
//
// Errors, here and in token_keeper.h: AzureIdentityUnavailable when nobody could be asked or the
// answer makes no sense, AzureIdentityRefused when Azure says no or something is missing on our
// side. The detail holds Azure's error code, the ids by which Microsoft finds the request, and what
// to do; never a secret, a token or Azure's free text, which may echo one.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/curl_transport.h"
#include "countersign/net/http_transport.h"

namespace countersign::azure {

struct AccessToken {
  Secret text;
  std::chrono::seconds life{};                          // from now on
  std::optional<std::chrono::seconds> refresh_in = {};  // Azure's advice, if it gave one
};

class Identity {  // thread-safe
 public:
  virtual ~Identity() = default;
  // "workload identity 2222... of tenant 1111...": for people.
  virtual std::string_view description() const = 0;
  // A new token for `audience`, "https://vault.azure.net". Asks at every call.
  virtual Result<AccessToken> acquire(std::string_view audience, Deadline) = 0;
  // Azure wants to be left alone until then, by its Retry-After or because nothing it says will
  // change soon. Longer ago than now: it has no such wish.
  virtual Tick quiet_until() const { return {}; }
  // Is there anything to ask with? False: the pod was not given this identity; then another one may
  // be meant. Looks at files and settings, asks nobody over a network.
  virtual bool present() const { return true; }
};

using ReadFile = std::function<Result<std::string>()>;  // the whole, anew at each call

struct Application {      // an app registration, or a managed identity by its client id
  std::string authority;  // with the slash (cloud.h)
  std::string tenant;
  std::string client;
};

// A Kubernetes service account's token that Entra federates with (RFC 7523 client assertion). The
// file is read for every request; one that can't be used is AzureIdentityRefused before anything is
// sent, and so is a token that has expired or is not valid yet by our clock.
struct WorkloadIdentity {
  Application application;
  ReadFile token;  // the projected token
};
std::unique_ptr<Identity> make_identity(WorkloadIdentity, net::HttpTransport&, const Clock&);

// The instance metadata service. `http` is made with metadata_service_options() and is used for
// nothing else: whoever reaches that address has the node's identities.
struct ManagedIdentity {
  enum class By : std::uint8_t { Only, ClientId, ObjectId, ResourceId };  // Only: the node has one
  By by = By::Only;
  std::string id;  // checked; percent-encoded when it is sent
};
inline constexpr std::string_view kMetadataHost = "169.254.169.254";
inline constexpr std::string_view kMetadataService = "http://169.254.169.254";
net::TransportOptions metadata_service_options();  // that address, plain, without a proxy
std::unique_ptr<Identity> make_identity(ManagedIdentity, net::HttpTransport&, const Clock&);

// A client secret, or a certificate with its private key (RSA), PEM, unencrypted. The file is read
// for every request; a certificate that is not valid now, or a key of another certificate, is
// AzureIdentityRefused before anything is sent.
struct ServicePrincipal {
  Application application;
  enum class By : std::uint8_t { Secret, Certificate };
  By by = By::Secret;
  ReadFile file;  // of either
};
std::unique_ptr<Identity> make_identity(ServicePrincipal, net::HttpTransport&, const Clock&);

// Something is missing, known when the configuration is used: every call answers with `error`, and
// it is not present.
std::unique_ptr<Identity> make_absent_identity(std::string description, Error error);

// The first of these that is present, decided at the first call that finds one and kept: an
// identity that vanishes later is an error, not a reason to be somebody else. While none is, the
// answer is the first one's. Not empty.
std::unique_ptr<Identity> first_present(std::vector<std::unique_ptr<Identity>>);

}  // namespace countersign::azure
