// SPDX-License-Identifier: Apache-2.0
// The registries that may be contacted. What is not listed is refused without any network.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "countersign/admission/admitter.h"
#include "countersign/registry/http_repository.h"

#include "app/setup.h"

namespace countersign::app {

class Registries final : public admission::Repositories {
 public:
  // Reason::BadConfig names the place of the registry that can't be set up.
  [[nodiscard]] static Result<std::unique_ptr<Registries>> create(std::vector<RegistrySetup>,
                                                                  const Clock&);

  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override;

 private:
  Registries() = default;
  // Connections are shared by registries that are reached in the same way, and by no others.
  Result<net::HttpTransport*> transport_for(const net::TransportOptions&, const Clock&);

  struct Transport {
    net::TransportOptions options;
    std::unique_ptr<net::HttpTransport> http;
  };
  std::vector<Transport> transports_;
  struct Remote {
    std::unique_ptr<CredentialSource> credentials;
    std::unique_ptr<registry::Registry> registry;
  };
  std::map<std::string, Remote> remote_;
  std::map<std::string, std::filesystem::path> layouts_;
};

}  // namespace countersign::app
