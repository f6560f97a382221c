// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/config_remarks.h"
#include "app/default_files.h"
#include "app/online_check.h"

namespace countersign::app {
namespace {

std::expected<Config, Problems> load(const std::string& file, const Clock& clock,
                                     const Console& console) {
  return load_config(file, builtins(),
                     {clock, docker_config_file(console), kubernetes_service(console),
                      azure_environment(console)});
}

Exit check_online(Config config, const Clock& clock, Console& console) {
  const auto logger = log::make_silent_logger();
  courier::SilentObserver observer;
  const auto application = Application::create(
      std::move(config.setup), {.clock = clock, .logger = *logger, .observer = observer});
  if (!application) {
    return complain({application.error().detail}, console);
  }
  return online_check(**application, clock, console);
}

}  // namespace

Exit complain(const std::vector<std::string>& problems, Console& console) {
  for (const auto& problem : problems) {
    console.err << problem << '\n';
  }
  return Exit::Usage;
}

Exit config_check(const std::string& file, Reach reach, Remarks remarks, Console& console) {
  const SystemClock clock;
  auto config = load(file, clock, console);
  if (!config) {
    return complain(config.error(), console);
  }
  const auto found = remarks_on(config->setup, config->places);
  complain(found, console);
  if (remarks == Remarks::Refused && !found.empty()) {
    return Exit::Usage;
  }
  switch (reach) {
    case Reach::Online:
      return check_online(std::move(*config), clock, console);
    case Reach::Offline:
      break;
  }
  console.out << "OK\n";
  return Exit::Yes;
}

Exit config_show(const std::string& file, Console& console) {
  const SystemClock clock;
  const auto config = load(file, clock, console);
  if (!config) {
    return complain(config.error(), console);
  }
  console.out << config->effective;
  return Exit::Yes;
}

}  // namespace countersign::app
