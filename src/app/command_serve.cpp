// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/service.h"
#include "app/signals.h"

namespace countersign::app {
namespace {

using Wish = Signals::Wish;

Wish serve_until_stopped(Service& service, const Signals& signals) {
  for (;;) {
    const auto wish = signals.wait();
    if (wish != Wish::Reload) {
      return wish;
    }
    service.reload();
  }
}

struct Senses {
  const Signals& signals;
  const Clock& clock;
};

// A second signal cuts the delay short.
void end(Service& service, Wish wish, const Drain& drain, const Senses& senses) {
  const auto until = Deadline::after(senses.clock, drain.wait);
  service.announce_end();
  if (wish == Wish::Stop) {
    senses.signals.wait_for_stop(drain.delay, senses.clock);
  }
  service.drain(until.remaining(senses.clock));
}

}  // namespace

Exit serve(const std::string& config_file, Console& console) {
  const Signals signals;  // before any thread is started: threads inherit what is blocked
  const SystemClock clock;
  const Services services{clock, docker_config_file(console), kubernetes_service(console),
                          azure_environment(console)};
  const auto load = [&config_file, &services] {
    return load_config(config_file, builtins(), services);
  };
  auto config = load();
  if (!config) {
    return complain(config.error(), console);
  }
  const auto logger = log::make_stderr_logger(config->log.level, config->log.format);
  if (!config->server) {
    return complain({config_file + ": serve needs the section server"}, console);
  }
  const auto drain = config->server->drain;
  auto service = Service::start(std::move(*config), load, clock, *logger);
  if (!service) {
    return complain({service.error().detail}, console);
  }
  end(**service, serve_until_stopped(**service, signals), drain, {signals, clock});
  return Exit::Yes;
}

}  // namespace countersign::app
