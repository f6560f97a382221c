// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/service.h"
#include "app/signals.h"

namespace countersign::app {

Exit serve(const std::string& config_file, Console& console) {
  const Signals signals;  // before any thread is started: threads inherit what is blocked
  const SystemClock clock;
  auto config = load_config(config_file, builtins(),
                            {clock, docker_config_file(console), kubernetes_service(console),
                             azure_environment(console)});
  if (!config) {
    return complain(config.error(), console);
  }
  const auto logger = log::make_stderr_logger(config->log.level, config->log.format);
  if (!config->server) {
    return complain({config_file + ": serve needs the section server"}, console);
  }
  auto service = Service::start(*config->server, std::move(config->setup), clock, *logger);
  if (!service) {
    return complain({service.error().detail}, console);
  }
  while (signals.wait() == Signals::Wish::Reload) {
    (*service)->reload();
  }
  (*service)->drain();
  return Exit::Yes;
}

}  // namespace countersign::app
