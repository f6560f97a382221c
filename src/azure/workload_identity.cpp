// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/azure/identity.h"

#include "azure/federated_token.h"
#include "azure/text.h"
#include "azure/token_endpoint.h"

namespace countersign::azure {
namespace {

class FederatedIdentity final : public Identity {
 public:
  FederatedIdentity(WorkloadIdentity source, net::HttpTransport& http, const Clock& clock)
      : endpoint_(std::move(source.application), http, clock),
        read_(std::move(source.token)),
        clock_(clock),
        description_("workload identity " + endpoint_.application().client + " of tenant " +
                     endpoint_.application().tenant) {}

  std::string_view description() const override { return description_; }
  Tick quiet_until() const override { return endpoint_.quiet_until(); }

  bool present() const override {
    auto text = read_();
    if (text) {
      wipe(*text);
    }
    return text.has_value();
  }

  Result<AccessToken> acquire(std::string_view audience, Deadline deadline) override {
    TRY(const Secret token, read_token());
    return endpoint_.ask(audience, assertion_proof(token), deadline);
  }

 private:
  // The kubelet replaces the file; what it says now is what counts.
  Result<Secret> read_token() const {
    auto text = read_();
    if (!text) {
      return fail(Reason::AzureIdentityRefused,
                  "the federated token file can't be read: " + text.error().detail);
    }
    const Secret token{std::string(trimmed(*text))};
    wipe(*text);
    TRY_VOID(check_federated_token(token.reveal(), clock_.now()));
    return token;
  }

  TokenEndpoint endpoint_;
  ReadFile read_;
  const Clock& clock_;
  std::string description_;
};

}  // namespace

std::unique_ptr<Identity> make_identity(WorkloadIdentity source, net::HttpTransport& http,
                                        const Clock& clock) {
  return std::make_unique<FederatedIdentity>(std::move(source), http, clock);
}

}  // namespace countersign::azure
