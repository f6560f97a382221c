// SPDX-License-Identifier: Apache-2.0
// The kinds that can be configured. A factory reads its own keys from its section and gets all that
// it may use in Services; it looks nothing up elsewhere.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "countersign/base/clock.h"
#include "countersign/cluster/api_server.h"
#include "countersign/trust/certificate_source.h"

#include "app/azure_access.h"
#include "app/cluster_access.h"
#include "app/config_document.h"
#include "app/credential_source.h"
#include "app/setup.h"

namespace countersign::app {

struct Services {                        // borrowed, but for azure; outlive what is made
  const Clock& clock;                    // the time that it is, whatever time is judged
  std::filesystem::path docker_config;   // when the configuration names none
  cluster::Environment kubernetes = {};  // of the container, if this is one of a cluster
  azure::Environment azure_environment = {};
  // What the configuration says of Azure, there while it is read; factories may keep it.
  std::shared_ptr<AzureAccess> azure = nullptr;
  // The same of Kubernetes.
  std::shared_ptr<ClusterAccess> cluster = nullptr;
};

// Null when the section can't be used; then the section knows why.
template <class Port>
using Factory = std::unique_ptr<Port>(Section&, const Services&);

class Catalog {  // (port, kind) -> factory
 public:
  template <class Port>
  void add(std::string kind, Factory<Port>* make) {
    if (!std::get<Kinds<Port>>(kinds_).emplace(std::move(kind), make).second) {
      std::abort();  // the list in builtins.cpp has a kind twice
    }
  }

  // Null when there is no such kind, which is noted at `key`.
  template <class Port>
  Factory<Port>* find(std::string_view kind, Section& section, std::string_view key) const {
    const auto& kinds = std::get<Kinds<Port>>(kinds_);
    const auto found = kinds.find(kind);
    if (found != kinds.end()) {
      return found->second;
    }
    std::string known;
    for (const auto& [name, make] : kinds) {
      known += (known.empty() ? "" : ", ") + name;
    }
    section.refuse(key, "\"" + std::string(kind) + "\" is none of " + known);
    return nullptr;
  }

 private:
  template <class Port>
  using Kinds = std::map<std::string, Factory<Port>*, std::less<>>;
  std::tuple<Kinds<VerifierPlan>, Kinds<trust::CertificateSource>, Kinds<CredentialSource>> kinds_;
};

Catalog builtins();

}  // namespace countersign::app
