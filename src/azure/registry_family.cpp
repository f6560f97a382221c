// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/registry_family.h"

namespace countersign::azure {

Result<RegistryFamily> RegistryFamily::parse(std::string_view text, const Cloud& cloud) {
  RegistryFamily family(cloud);
  if (text != family.text()) {
    return fail(Reason::BadConfig, "only \"" + family.text() +
                                       "\", all registries of the configured Azure cloud, may be "
                                       "written with a *: list every other registry by its name");
  }
  return family;
}

bool RegistryFamily::holds(std::string_view host) const {
  // A name has no dots: what is left of a longer host is a region, or somebody else's.
  return check_login_server(host, cloud_) &&
         host.find('.') == host.size() - cloud_.registry_suffix.size();
}

}  // namespace countersign::azure
