// SPDX-License-Identifier: Apache-2.0
#include "app/default_files.h"

namespace countersign::app {

namespace fs = std::filesystem;

fs::path notation_folder(const Console& console) {
  if (const auto folder = console.environment("NOTATION_CONFIG")) {
    return *folder;
  }
  if (const auto folder = console.environment("XDG_CONFIG_HOME")) {
    return fs::path(*folder) / "notation";
  }
  return fs::path(console.environment("HOME").value_or("")) / ".config" / "notation";
}

fs::path docker_config_file(const Console& console) {
  const auto folder = console.environment("DOCKER_CONFIG");
  return (folder ? fs::path(*folder)
                 : fs::path(console.environment("HOME").value_or("")) / ".docker") /
         "config.json";
}

azure::Environment azure_environment(const Console& console) {
  return {.client_id = console.environment("AZURE_CLIENT_ID"),
          .tenant_id = console.environment("AZURE_TENANT_ID"),
          .token_file = console.environment("AZURE_FEDERATED_TOKEN_FILE"),
          .authority_host = console.environment("AZURE_AUTHORITY_HOST"),
          .token_proxy = console.environment("AZURE_KUBERNETES_TOKEN_PROXY")};
}

cluster::Environment kubernetes_service(const Console& console) {
  return {.host = console.environment("KUBERNETES_SERVICE_HOST"),
          .port = console.environment("KUBERNETES_SERVICE_PORT")};
}

}  // namespace countersign::app
