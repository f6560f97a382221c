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
#include "countersign/courier/courier.h"
#include "countersign/registry/mirrored_repository.h"
#include "countersign/registry/publisher.h"

#include "app/family_members.h"
#include "app/registry_remote.h"
#include "app/setup.h"

namespace countersign::app {

using Hosts = std::set<std::string, std::less<>>;
// All that are to be contacted, mirrors, vaults and Entra too, by the names under which requests go
// out; a family as it is written.
Hosts hosts_of(const Setup&);

class Registries final : public admission::Repositories {
 public:
  // What of Azure the setup uses is started. Reason::BadConfig names the place of what can't be set
  // up.
  [[nodiscard]] static Result<std::unique_ptr<Registries>> create(Setup, RegistryTools);
  ~Registries() override;

  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override;

  // For the registry itself, never a mirror. BadConfig where it is not to be asked, or a layout
  // can't be written; RegistryNotAllowed.
  Result<std::unique_ptr<registry::Publisher>> publisher(const oci::ImageRef&,
                                                         const kube::Puller&) const;

  // The same place, for who wants to know what it says now: nothing is remembered.
  Result<std::unique_ptr<registry::Repository>> open_anew(const oci::ImageRef&) const;

  // Fetches credentials that are missing or soon end.
  void renew(Deadline);
  // The same, and asks each registry whether it is one (GET /v2/): by host, in order. What its
  // credentials open is not tried, nor is a family: no image has named one of it.
  std::vector<std::pair<std::string, Result<void>>> try_all(Deadline);

 private:
  struct Line {  // the way to some hosts; what stands below uses what stands above it
    net::TransportOptions options;
    std::unique_ptr<net::HttpTransport> http;
    std::unique_ptr<courier::Patience> patience;
    std::unique_ptr<courier::Courier> courier;
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
  Result<void> add_family(RegistrySetup);
  Result<Remote> remote(RemoteSetup&);
  Result<const Remote*> itself(const std::string& registry) const;
  Result<net::HttpTransport*> line_for(const net::TransportOptions&);
  Result<net::HttpTransport*> new_line(const net::TransportOptions&);
  Result<std::unique_ptr<registry::Repository>> open(const Source&, const oci::ImageRef&,
                                                     const kube::Puller&) const;

  RegistryTools tools_;
  std::vector<Line> lines_;  // before the registries, which use them to their end
  std::map<std::string, Source> sources_;
  struct Contact {  // one of these
    std::string host;
    CredentialSource* credentials;
    net::HttpTransport* http;
    std::string address;  // "https://host/v2/"
  };
  std::vector<Contact> contacts_;
  std::map<std::string, std::filesystem::path> layouts_;
  std::unique_ptr<FamilyMembers> family_;  // null: every registry is named
};

}  // namespace countersign::app
