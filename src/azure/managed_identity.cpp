// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/azure/identity.h"
#include "countersign/net/address_guard.h"
#include "countersign/net/url.h"

#include "azure/metadata_error.h"
#include "azure/token_exchange.h"

namespace countersign::azure {
namespace {

constexpr std::string_view kPath = "/metadata/identity/oauth2/token?api-version=2018-02-01";

std::string selection(const ManagedIdentity& identity) {
  using enum ManagedIdentity::By;
  switch (identity.by) {
    case Only:
      return "";
    case ClientId:
      return "&client_id=" + net::percent_encode(identity.id);
    case ObjectId:
      return "&object_id=" + net::percent_encode(identity.id);
    case ResourceId:
      return "&msi_res_id=" + net::percent_encode(identity.id);
  }
  return "";
}

std::string described(const ManagedIdentity& identity) {
  return identity.by == ManagedIdentity::By::Only ? "managed identity of the node"
                                                  : "managed identity " + identity.id;
}

class NodeIdentity final : public Identity {
 public:
  NodeIdentity(ManagedIdentity identity, net::HttpTransport& http, const Clock& clock)
      : identity_(std::move(identity)),
        description_(described(identity_)),
        exchange_(http, clock, read_metadata_error) {}

  std::string_view description() const override { return description_; }
  Tick quiet_until() const override { return exchange_.quiet_until(); }

  Result<AccessToken> acquire(std::string_view audience, Deadline deadline) override {
    net::Request request;
    request.url = std::string(kMetadataService) + std::string(kPath) +
                  "&resource=" + net::percent_encode(audience) + selection(identity_);
    // Shows that nobody was made to fetch an address that another wrote.
    request.headers.push_back({"Metadata", "true"});
    return exchange_.send(std::move(request), deadline);
  }

 private:
  ManagedIdentity identity_;
  std::string description_;
  TokenExchange exchange_;
};

}  // namespace

net::TransportOptions metadata_service_options() {
  net::TransportOptions options;
  options.allowed = {net::AddressRange::parse(kMetadataHost).value()};
  options.plain_http = net::PlainHttp::Allow;
  return options;
}

std::unique_ptr<Identity> make_identity(ManagedIdentity identity, net::HttpTransport& http,
                                        const Clock& clock) {
  return std::make_unique<NodeIdentity>(std::move(identity), http, clock);
}

}  // namespace countersign::azure
