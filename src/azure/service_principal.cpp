// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/azure/identity.h"
#include "countersign/base/limits.h"

#include "azure/client_assertion.h"
#include "azure/text.h"
#include "azure/token_endpoint.h"

namespace countersign::azure {
namespace {

std::unexpected<Error> refuse(std::string detail) {
  return fail(Reason::AzureIdentityRefused, std::move(detail));
}

class ApplicationIdentity final : public Identity {
 public:
  ApplicationIdentity(ServicePrincipal source, net::HttpTransport& http, const Clock& clock)
      : endpoint_(std::move(source.application), http, clock),
        by_(source.by),
        read_(std::move(source.file)),
        clock_(clock),
        description_("service principal " + endpoint_.application().client + " of tenant " +
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
    TRY(const Secret proof, read_proof());
    return endpoint_.ask(audience, proof, deadline);
  }

 private:
  Result<Secret> read_proof() const {
    auto text = read_();
    if (!text) {
      return refuse("the file of the " + description_ + " can't be read: " + text.error().detail);
    }
    auto proof = proof_of(*text);
    wipe(*text);
    return proof;
  }

  Result<Secret> proof_of(std::string_view text) const {
    switch (by_) {
      case ServicePrincipal::By::Secret:
        return secret_of(text);
      case ServicePrincipal::By::Certificate:
        return assertion_of(text);
    }
    return refuse("no way for the application to show who it is");
  }

  static Result<Secret> secret_of(std::string_view text) {
    const auto secret = trimmed(text);
    if (text.size() > limits::kClientSecretBytes || !is_visible(secret)) {
      return refuse(
          "the client secret file holds no secret: one line of visible characters, at most " +
          std::to_string(limits::kClientSecretBytes) + " bytes, is expected");
    }
    return secret_proof(Secret{std::string(secret)});
  }

  Result<Secret> assertion_of(std::string_view text) const {
    if (text.size() > limits::kClientCertificateBytes) {
      return refuse("the client certificate file is larger than " +
                    std::to_string(limits::kClientCertificateBytes) + " bytes");
    }
    const auto now = clock_.now();
    TRY(const auto certificate, ClientCertificate::parse_pem(text, now));
    TRY(const auto assertion,
        make_client_assertion(certificate, {endpoint_.application().client, endpoint_.url()}, now));
    return assertion_proof(assertion);
  }

  TokenEndpoint endpoint_;
  ServicePrincipal::By by_;
  ReadFile read_;
  const Clock& clock_;
  std::string description_;
};

}  // namespace

std::unique_ptr<Identity> make_identity(ServicePrincipal source, net::HttpTransport& http,
                                        const Clock& clock) {
  return std::make_unique<ApplicationIdentity>(std::move(source), http, clock);
}

}  // namespace countersign::azure
