// SPDX-License-Identifier: Apache-2.0
#include "app/credential_source.h"

#include <utility>

namespace countersign::app {
namespace {

class OneForAll final : public CredentialSource {
 public:
  explicit OneForAll(std::shared_ptr<registry::CredentialProvider> provider)
      : provider_(std::move(provider)) {}

  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    return provider_;
  }

 private:
  std::shared_ptr<registry::CredentialProvider> provider_;
};

}  // namespace

Result<std::unique_ptr<CredentialSource>> CredentialSource::for_member() const {
  return fail(Reason::BadConfig,
              "such credentials are for one registry: list each by its name; those of an Azure "
              "identity, pullSecrets and anonymous may be for a family");
}

std::unique_ptr<CredentialSource> one_for_all(
    std::shared_ptr<registry::CredentialProvider> provider) {
  return std::make_unique<OneForAll>(std::move(provider));
}

}  // namespace countersign::app
