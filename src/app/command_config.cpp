// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"

namespace countersign::app {
namespace {

std::expected<Config, Problems> load(const std::string& file, const Console& console) {
  const SystemClock clock;
  return load_config(file, builtins(),
                     {clock, docker_config_file(console), kubernetes_service(console)});
}

}  // namespace

Exit complain(const std::vector<std::string>& problems, Console& console) {
  for (const auto& problem : problems) {
    console.err << problem << '\n';
  }
  return Exit::Usage;
}

Exit config_check(const std::string& file, Console& console) {
  const auto config = load(file, console);
  if (!config) {
    return complain(config.error(), console);
  }
  console.out << "OK\n";
  return Exit::Yes;
}

Exit config_show(const std::string& file, Console& console) {
  const auto config = load(file, console);
  if (!config) {
    return complain(config.error(), console);
  }
  console.out << config->effective;
  return Exit::Yes;
}

}  // namespace countersign::app
