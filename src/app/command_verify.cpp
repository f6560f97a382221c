// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/image_access.h"
#include "app/judgement.h"

namespace countersign::app {
namespace {

bool missed_a_store(const policy::Report& report) {
  return std::ranges::any_of(report.signatures, [](const policy::SignatureReport& signature) {
    return std::ranges::find(signature.checks, Reason::TrustStoreEmpty,
                             &policy::CheckReport::reason) != signature.checks.end();
  });
}

void warn_of_tag(const Judgement& judgement, Console& console) {
  if (!judgement.image.digest() && exit_of(judgement.report) == Exit::Yes) {
    warn("a tag may name another image tomorrow; use the digest", console);
  }
}

}  // namespace

Exit verify(const VerifyOptions& options, Console& console) {
  const auto target = find_target(options);
  if (!target) {
    return complain({target.error().detail}, console);
  }
  const CalendarAt clock(options.at);
  const auto logger = log::make_silent_logger();
  auto setup = image_setup(options, *target, Trust::Needed, clock.wall(), console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  courier::SilentObserver observer;
  const auto application = Application::create(
      std::move(*setup), {.clock = clock, .logger = *logger, .observer = observer});
  if (!application) {
    return complain({application.error().detail}, console);
  }
  const auto began = clock.tick();
  const auto deadline = Deadline::after(clock, limits::kCommandWait);
  (*application)->refresh_trust(deadline);
  auto report = (*application)->admitter().verify(target->image, options.metadata, deadline);
  if (const auto broken = (*application)->broken_stores(); !broken.empty()) {
    complain(broken, console);
    if (exit_of(report) != Exit::No || missed_a_store(*report)) {
      return Exit::Usage;
    }  // else the answer is no, whatever the store should have held
  }
  const Judgement judgement{options.reference, target->image, std::move(report),
                            clock.tick() - began};
  console.out << (options.output == Output::Json ? report_json(judgement) + "\n"
                                                 : report_text(judgement, console.colour));
  warn_of_tag(judgement, console);
  return exit_of(judgement.report);
}

}  // namespace countersign::app
