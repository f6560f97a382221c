// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: pullSecrets}, in a cluster; or {credentials: {kind: pullSecrets,
// apiServer: URL, tokenFile: PATH, caFile: PATH}}
#include "countersign/cluster/pull_secrets.h"

#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/curl_transport.h"

#include "app/catalog.h"
#include "app/config_sections.h"
#include "app/file.h"

namespace countersign::app::builtin {
namespace {

struct ApiSetup {
  std::optional<cluster::ApiServer> server;  // nullopt: that of the cluster
  cluster::Environment environment;
  std::filesystem::path token_file;
  net::TransportOptions transport;  // reaches nothing but the API server
};

class OfPods final : public CredentialSource {
 public:
  OfPods(ApiSetup setup, const Clock& clock) : setup_(std::move(setup)), clock_(clock) {}

  Result<void> start(const Means& means) override {
    auto server = setup_.server ? Result<cluster::ApiServer>(*setup_.server)
                                : cluster::ApiServer::in_cluster(setup_.environment);
    if (!server) {
      return std::unexpected(std::move(server).error());
    }
    auto transport = setup_.transport;
    if (server->address) {
      transport.allowed.push_back(*server->address);
    }
    TRY(http_, net::make_curl_transport(std::move(transport), clock_));
    client_ = std::make_unique<cluster::ApiClient>(
        *std::move(server),
        [file = setup_.token_file] { return read_file(file, limits::kApiTokenBytes); }, *http_,
        clock_);
    secrets_ = std::make_unique<cluster::PullSecrets>(*client_, clock_, means.logger);
    return {};
  }

  // Who has no pods does not start it.
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller& puller) override {
    return secrets_ ? secrets_->provider_for(puller) : cluster::no_pod();
  }

 private:
  ApiSetup setup_;
  const Clock& clock_;
  std::unique_ptr<net::HttpTransport> http_;
  std::unique_ptr<cluster::ApiClient> client_;     // uses http_
  std::unique_ptr<cluster::PullSecrets> secrets_;  // uses client_
};

}  // namespace

std::unique_ptr<CredentialSource> pull_secrets(Section& section, const Services& services) {
  ApiSetup setup;
  setup.environment = services.kubernetes;
  if (section.has("apiServer")) {
    setup.server = section.understood(
        "apiServer", cluster::ApiServer::parse(section.required_text("apiServer")));
  }
  setup.token_file = section.path("tokenFile", cluster::kTokenFile);
  setup.transport.ca_file = section.path("caFile", cluster::kCaFile).string();
  read_reach(section, setup.transport);
  return std::make_unique<OfPods>(std::move(setup), services.clock);
}

}  // namespace countersign::app::builtin
