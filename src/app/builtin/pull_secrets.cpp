// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: pullSecrets}, by way of `kubernetes`; or {credentials: {kind:
// pullSecrets, apiServer: URL, tokenFile: PATH, caFile: PATH}}
#include "countersign/cluster/pull_secrets.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/catalog.h"
#include "app/config_sections.h"

namespace countersign::app::builtin {
namespace {

class OfPods final : public CredentialSource {
 public:
  OfPods(std::shared_ptr<ClusterAccess> cluster, const Clock& clock)
      : cluster_(std::move(cluster)), clock_(clock) {}

  Result<void> start(const Means& means) override {
    TRY(auto* const client, cluster_->client());
    secrets_ = std::make_unique<cluster::PullSecrets>(*client, clock_, means.logger);
    return {};
  }

  // Who has no pods does not start it.
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller& puller) override {
    return secrets_ ? secrets_->provider_for(puller) : cluster::no_pod();
  }

  // A pull secret names its registries itself.
  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    return std::make_unique<OfPods>(cluster_, clock_);
  }

 private:
  std::shared_ptr<ClusterAccess> cluster_;
  const Clock& clock_;
  std::unique_ptr<cluster::PullSecrets> secrets_;  // uses cluster_
};

bool says_where(const Section& section) {
  static constexpr std::array<std::string_view, 7> kKeys{
      "apiServer", "tokenFile", "caFile", "allowAddresses", "resolve", "proxy", "noProxy"};
  return std::ranges::any_of(kKeys, [&section](auto key) { return section.has(key); });
}

}  // namespace

std::unique_ptr<CredentialSource> pull_secrets(Section& section, const Services& services) {
  if (!says_where(section)) {
    return std::make_unique<OfPods>(services.cluster, services.clock);
  }
  return std::make_unique<OfPods>(
      std::make_shared<ClusterAccess>(read_cluster(section, services), services.clock),
      services.clock);
}

}  // namespace countersign::app::builtin
