// SPDX-License-Identifier: Apache-2.0
// kubernetes: the API server, and who we are there.
#include "app/config_sections.h"

namespace countersign::app {

ClusterSetup read_cluster(Section& section, const Services& services) {
  ClusterSetup setup;
  setup.environment = services.kubernetes;
  if (section.has("apiServer")) {
    setup.server = section.understood(
        "apiServer", cluster::ApiServer::parse(section.required_text("apiServer")));
  }
  setup.token_file = section.path("tokenFile", cluster::kTokenFile);
  setup.transport.ca_file = section.path("caFile", cluster::kCaFile).string();
  read_reach(section, setup.transport);
  return setup;
}

}  // namespace countersign::app
