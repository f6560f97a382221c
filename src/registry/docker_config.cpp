// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/docker_config.h"

#include <utility>

#include "countersign/registry/keyring.h"

namespace countersign::registry {
namespace {

class DockerConfig final : public CredentialProvider {
 public:
  explicit DockerConfig(Keyring keyring) : keyring_(std::move(keyring)) {}

  Result<Credentials> credentials_for(const oci::ImageRef& image, Deadline) override {
    Credentials credentials;
    TRY(credentials.candidates, keyring_.match(image));
    return credentials;
  }

 private:
  Keyring keyring_;
};

class Anonymous final : public CredentialProvider {
 public:
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    return Credentials{};
  }
};

}  // namespace

Result<std::unique_ptr<CredentialProvider>> parse_docker_config(std::string_view json) {
  TRY(auto keyring, Keyring::parse(json, Keyring::Format::DockerConfig));
  return std::make_unique<DockerConfig>(std::move(keyring));
}

std::unique_ptr<CredentialProvider> anonymous() { return std::make_unique<Anonymous>(); }

}  // namespace countersign::registry
