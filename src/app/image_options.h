// SPDX-License-Identifier: Apache-2.0
// The options of the commands about one image, as the command line offers them.
#pragma once
#include "app/image_arguments.h"

namespace CLI {
class App;
}

namespace countersign::app {

// Each puts what it reads into the words, which outlive the command.
void offer_verify(CLI::App& command, ImageWords&);
void offer_list(CLI::App& command, ImageWords&);
void offer_inspect(CLI::App& command, ImageWords&);
void offer_sign(CLI::App& command, ImageWords&);

}  // namespace countersign::app
