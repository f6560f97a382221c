// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <utility>

#include "app/commands.h"
#include "app/image_access.h"
#include "app/registries.h"
#include "app/signature_list.h"

namespace countersign::app {
namespace {

Result<SignatureList> find(Setup setup, const Target& target, const ImageOptions& options,
                           const Clock& clock) {
  registry::Facts facts(clock);
  courier::SilentObserver observer;
  const auto logger = log::make_silent_logger();
  TRY(const auto registries,
      Registries::create(
          std::move(setup),
          {.facts = facts, .observer = observer, .logger = *logger, .clock = clock}));
  TRY(const auto repository, registries->open(target.image, {}));
  return list_signatures(*repository, target, options.max_signatures,
                         Deadline::after(clock, limits::kCommandWait));
}

std::string shown(const SignatureList& found, Output output) {
  switch (output) {
    case Output::Json:
      return list_json(found) + "\n";
    case Output::Table:
      return list_table(found);
    case Output::Text:
      break;
  }
  return list_text(found);
}

}  // namespace

Exit list(const ImageOptions& options, Console& console) {
  const auto target = find_target(options);
  if (!target) {
    return complain({target.error().detail}, console);
  }
  const SystemClock clock;
  auto setup = image_setup(options, *target, Trust::NotNeeded, clock, console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  const auto found = find(std::move(*setup), *target, options, clock);
  if (!found) {
    return give_up(found.error(), console);
  }
  console.out << shown(*found, options.output);
  warn_of_limit(*found, console);
  return Exit::Yes;
}

}  // namespace countersign::app
