// SPDX-License-Identifier: Apache-2.0
// Where Notation, Docker and Kubernetes leave what is needed when nobody says otherwise.
#pragma once
#include <filesystem>

#include "countersign/azure/environment.h"
#include "countersign/cluster/api_server.h"

#include "app/console.h"

namespace countersign::app {

// $NOTATION_CONFIG, $XDG_CONFIG_HOME/notation or ~/.config/notation.
std::filesystem::path notation_folder(const Console&);

// $DOCKER_CONFIG/config.json or ~/.docker/config.json; it need not exist.
std::filesystem::path docker_config_file(const Console&);

// What the workload identity webhook of AKS tells a container.
azure::Environment azure_environment(const Console&);

// What the kubelet tells a container about the API server.
cluster::Environment kubernetes_service(const Console&);

}  // namespace countersign::app
