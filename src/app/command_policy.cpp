// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/policy_case.h"
#include "app/policy_trial.h"

namespace countersign::app {
namespace {

std::string config_file(const PolicyTestOptions& options) {
  return options.config.empty()
             ? (std::filesystem::path(options.folder) / "countersign.yaml").string()
             : options.config;
}

Exit show(const std::vector<CaseResult>& results, Output output, Console& console) {
  console.out << (output == Output::Json ? trial_json(results) : trial_text(results));
  const bool good = std::ranges::all_of(
      results, [](const CaseResult& result) { return result.differences.empty(); });
  return good ? Exit::Yes : Exit::No;
}

}  // namespace

Exit policy_test(const PolicyTestOptions& options, Console& console) {
  const auto cases = read_cases(options.folder);
  if (!cases) {
    return complain(cases.error(), console);
  }
  const CalendarAt clock(options.at);
  const auto logger = log::make_silent_logger();
  auto config = load_config(config_file(options), builtins(),
                            {clock.wall(), docker_config_file(console), kubernetes_service(console),
                             azure_environment(console)});
  if (!config) {
    return complain(config.error(), console);
  }
  courier::SilentObserver observer;
  const auto application = Application::create(
      std::move(config->setup), {.clock = clock, .logger = *logger, .observer = observer});
  if (!application) {
    return complain({application.error().detail}, console);
  }
  (*application)->refresh_trust(Deadline::after(clock, limits::kCommandWait));
  if (const auto broken = (*application)->broken_stores(); !broken.empty()) {
    return complain(broken, console);
  }
  const PolicyTrial trial((*application)->admitter(), clock);
  std::vector<CaseResult> results;
  for (const auto& each : *cases) {
    results.push_back(trial.run(each));
  }
  return show(results, options.output, console);
}

}  // namespace countersign::app
