// SPDX-License-Identifier: Apache-2.0
// Where Notation and Docker keep their files when nobody says otherwise.
#pragma once
#include <filesystem>

#include "app/console.h"

namespace countersign::app {

// $NOTATION_CONFIG, $XDG_CONFIG_HOME/notation or ~/.config/notation.
std::filesystem::path notation_folder(const Console&);

// $DOCKER_CONFIG/config.json or ~/.docker/config.json; it need not exist.
std::filesystem::path docker_config_file(const Console&);

}  // namespace countersign::app
