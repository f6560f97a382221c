// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: anonymous}
#include "countersign/registry/docker_config.h"

#include "app/catalog.h"

namespace countersign::app::builtin {
namespace {

class Anonymous final : public CredentialSource {
 public:
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    return registry::anonymous();
  }

  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    return std::make_unique<Anonymous>();
  }
};

}  // namespace

std::unique_ptr<CredentialSource> anonymous(Section&, const Services&) {
  return std::make_unique<Anonymous>();
}

}  // namespace countersign::app::builtin
