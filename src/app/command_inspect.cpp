// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/image_access.h"
#include "app/inspection.h"

namespace countersign::app {
namespace {

class Look {  // at one image, until the time is up
 public:
  Look(const ImageOptions& options, const Target& target, const Clock& clock)
      : options_(options),
        target_(target),
        clock_(clock),
        deadline_(Deadline::after(clock, limits::kCommandWait)) {}

  Result<Inspection> without_policy(Setup setup) const;
  Result<Inspection> under_policy(Setup setup, Console& console) const;

 private:
  Result<Inspection> run(admission::Repositories& repositories, const Judge& judge) const;

  const ImageOptions& options_;
  const Target& target_;
  const Clock& clock_;
  Deadline deadline_;
};

Result<Inspection> Look::without_policy(Setup setup) const {
  registry::Facts facts(clock_);
  courier::SilentObserver observer;
  const auto logger = log::make_silent_logger();
  TRY(const auto registries,
      Registries::create(
          std::move(setup),
          {.facts = facts, .observer = observer, .logger = *logger, .clock = clock_}));
  return run(*registries, {});
}

// Under the first verification, which is the default one where there is such. A store that can't be
// used is said, and shows in the judgements: there is more to see than these.
Result<Inspection> Look::under_policy(Setup setup, Console& console) const {
  const auto logger = log::make_silent_logger();
  courier::SilentObserver observer;
  TRY(const auto application,
      Application::create(std::move(setup),
                          {.clock = clock_, .logger = *logger, .observer = observer}));
  application->refresh_trust(deadline_);
  complain(application->broken_stores(), console);
  const auto& configuration = application->configuration();
  const auto& verifier = *configuration.verifications.front().verifier;
  const auto trust = application->trust();
  return run(*configuration.repositories,
             [&](const oci::Descriptor& image, registry::Repository& alone) {
               const admission::Subject subject{target_.image.repository(), image, {}};
               return verifier.verify(subject, alone, *trust, clock_.now(), deadline_);
             });
}

Result<Inspection> Look::run(admission::Repositories& repositories, const Judge& judge) const {
  TRY(const auto repository, repositories.open(target_.image, {}));
  TRY(auto list, list_signatures(*repository, target_, options_.max_signatures, deadline_));
  auto signatures = inspect_signatures(list, *repository, judge, deadline_);
  return Inspection{std::move(list), std::move(signatures)};
}

std::string shown(const Inspection& inspection, Output output, Colour colour) {
  switch (output) {
    case Output::Json:
      return inspect_json(inspection) + "\n";
    case Output::Table:
      return inspect_table(inspection, colour);
    case Output::Text:
      break;
  }
  return inspect_text(inspection, colour);
}

}  // namespace

Exit inspect(const ImageOptions& options, Console& console) {
  const auto target = find_target(options);
  if (!target) {
    return complain({target.error().detail}, console);
  }
  const CalendarAt clock(options.at);
  auto setup = image_setup(options, *target, Trust::IfThere, clock.wall(), console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  const Look look(options, *target, clock);
  const auto inspection = setup->verifications.empty()
                              ? look.without_policy(std::move(*setup))
                              : look.under_policy(std::move(*setup), console);
  if (!inspection) {
    return give_up(inspection.error(), console);
  }
  console.out << shown(*inspection, options.output, console.colour);
  warn_of_limit(inspection->list, console);
  return exit_of(*inspection);
}

}  // namespace countersign::app
