// SPDX-License-Identifier: Apache-2.0
// All registries of an Azure cloud in one line: "*.azurecr.io".
//
// Names below that suffix are Microsoft's to give, and its servers alone have the certificates for
// them. Of no other suffix is that known, so that nothing else can be a family (decision 32).
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "countersign/azure/cloud.h"
#include "countersign/base/result.h"

namespace countersign::azure {

class RegistryFamily {
 public:
  // "*" and this cloud's suffix, nothing more and nothing less. BadConfig.
  [[nodiscard]] static Result<RegistryFamily> parse(std::string_view text, const Cloud&);

  // A login server of the cloud (check_login_server), with one label in place of the "*": no
  // regional name, no data endpoint, no port.
  bool holds(std::string_view host) const;

  std::string text() const { return "*" + cloud_.registry_suffix; }
  std::string example() const { return "registry" + cloud_.registry_suffix; }  // one that it holds

 private:
  explicit RegistryFamily(Cloud cloud) : cloud_(std::move(cloud)) {}
  Cloud cloud_;
};

}  // namespace countersign::azure
