// SPDX-License-Identifier: Apache-2.0
// What of Azure a configuration uses: its identities, each once however many stores and registries
// name it, and the way to Entra, to vaults, and to the metadata service.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "countersign/azure/cloud.h"
#include "countersign/azure/environment.h"
#include "countersign/azure/identity.h"
#include "countersign/azure/token_keeper.h"
#include "countersign/base/clock.h"
#include "countersign/base/secret.h"
#include "countersign/courier/courier.h"
#include "countersign/net/curl_transport.h"

namespace countersign::app {

struct IdentitySetup {
  enum class Kind : std::uint8_t { Workload, Managed, SecretPrincipal, CertificatePrincipal };
  Kind kind = Kind::Workload;
  std::optional<std::string> tenant = {};  // of Workload and principals; else the environment's
  std::optional<std::string> client = {};
  // Token, secret or certificate; empty: the environment's token, or AzureSetup::client_secret.
  std::filesystem::path file = {};
  azure::ManagedIdentity::By by = azure::ManagedIdentity::By::Only;  // of Managed
  std::string id = {};
  bool operator==(const IdentitySetup&) const = default;
};

using IdentityOrder = std::vector<IdentitySetup>;  // the first that is there is who we are

struct AzureSetup {
  azure::Cloud cloud;
  std::optional<std::string> authority = {};  // else the environment's, else the cloud's
  azure::Environment environment = {};
  net::TransportOptions transport = {};  // to Entra and to vaults
  // What is known of each kind; a place that names one may say otherwise.
  IdentitySetup workload, managed, principal;
  IdentityOrder identity = {};  // of who names none; never empty once it was read
  Secret client_secret = {};    // of a SecretPrincipal without a file
};

class AzureAccess {  // thread-safe once it was started
 public:
  // The clock is borrowed; it tells the time that it is, whatever time is judged.
  AzureAccess(AzureSetup, const Clock&);
  ~AzureAccess();
  AzureAccess(const AzureAccess&) = delete;
  AzureAccess& operator=(const AzureAccess&) = delete;

  const AzureSetup& setup() const { return setup_; }
  const Clock& clock() const { return clock_; }

  // While the configuration is read. The number is that of the identity below. `host` is a vault's,
  // for metrics.
  std::size_t use(const IdentityOrder&);
  void use_host(const std::string& host) { hosts_.insert(host); }
  std::set<std::string, std::less<>> hosts() const;  // all that are asked

  // Before anything below. The observer is borrowed. Does nothing when nobody uses Azure.
  // Reason::BadConfig.
  [[nodiscard]] Result<void> start(courier::Observer&);
  azure::TokenKeeper& keeper(std::size_t identity) const { return *keepers_.at(identity); }
  std::size_t identities() const { return keepers_.size(); }
  net::HttpTransport& http() { return *entra_.courier; }
  // The tenant of the identity, where it is known.
  std::string tenant(std::size_t identity) const;

  void renew(Deadline);  // tokens that soon end
  void close();          // gives up what is under way

 private:
  struct Line {  // what stands below uses what stands above it
    std::unique_ptr<net::HttpTransport> http;
    std::unique_ptr<courier::Patience> patience;
    std::unique_ptr<courier::Courier> courier;
  };
  Result<Line> line(net::TransportOptions, courier::Observer&) const;
  std::unique_ptr<azure::Identity> identity(const IdentitySetup&);
  std::unique_ptr<azure::Identity> application_identity(const IdentitySetup&);
  azure::ReadFile secret_reader(const IdentitySetup&) const;
  std::unique_ptr<azure::Identity> workload_identity(const IdentitySetup&);

  AzureSetup setup_;
  const Clock& clock_;
  std::set<std::string, std::less<>> hosts_;
  std::vector<IdentityOrder> orders_;
  Line entra_, metadata_;
  std::vector<std::unique_ptr<azure::TokenKeeper>> keepers_;  // use the lines
};

}  // namespace countersign::app
