// SPDX-License-Identifier: Apache-2.0
// The registries that may be contacted. What is not listed is refused without any network.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "countersign/admission/admitter.h"
#include "countersign/registry/courier.h"
#include "countersign/registry/facts.h"
#include "countersign/registry/http_repository.h"
#include "countersign/registry/mirrored_repository.h"
#include "countersign/registry/remembered_registry.h"

#include "app/setup.h"

namespace countersign::app {

using Hosts = std::set<std::string, std::less<>>;
// All that are to be contacted, mirrors too, by the names under which requests go out.
Hosts hosts_of(const std::vector<RegistrySetup>&);

struct RegistryTools {  // borrowed; outlive the registries
  registry::Facts& facts;
  registry::Observer& observer;
  const Clock& clock;
};

class Registries final : public admission::Repositories {
 public:
  // Reason::BadConfig names the place of the registry that can't be set up.
  [[nodiscard]] static Result<std::unique_ptr<Registries>> create(std::vector<RegistrySetup>,
                                                                  RegistryTools);
  ~Registries() override;

  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override;

 private:
  struct Line {  // the way to some hosts; what stands below uses what stands above it
    net::TransportOptions options;
    std::unique_ptr<net::HttpTransport> http;
    std::unique_ptr<registry::Patience> patience;
    std::unique_ptr<registry::Courier> courier;
  };
  struct Remote {
    std::unique_ptr<CredentialSource> credentials;
    std::unique_ptr<registry::Registry> wire;
    std::unique_ptr<registry::RememberedRegistry> registry;
  };
  struct Mirror {
    std::string host, prefix;
    registry::Place::Word word = registry::Place::Word::Contents;
    Remote remote;
  };
  struct Source {  // where the images of one registry are
    std::vector<Mirror> mirrors;
    std::optional<Remote> itself;  // none: only the mirrors are asked
  };

  explicit Registries(RegistryTools tools) : tools_(tools) {}
  Result<void> add(RegistrySetup);
  Result<Remote> remote(RemoteSetup&);
  Result<net::HttpTransport*> line_for(const net::TransportOptions&);
  Result<std::unique_ptr<registry::Repository>> open(const Source&, const oci::ImageRef&,
                                                     const kube::Puller&) const;

  RegistryTools tools_;
  std::vector<Line> lines_;  // before the registries, which use them to their end
  std::map<std::string, Source> sources_;
  std::map<std::string, std::filesystem::path> layouts_;
};

}  // namespace countersign::app
