// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <ostream>
#include <utility>

#include "countersign/base/limits_signing.h"

#include "app/application.h"
#include "app/commands.h"
#include "app/image_access.h"
#include "app/input.h"
#include "app/judgement.h"
#include "app/judgement_batch.h"
#include "app/progress.h"
#include "app/reference_list.h"

namespace countersign::app {
namespace {

bool missed_a_store(const policy::Report& report) {
  return std::ranges::any_of(report.signatures, [](const policy::SignatureReport& signature) {
    return std::ranges::find(signature.checks, Reason::TrustStoreEmpty,
                             &policy::CheckReport::reason) != signature.checks.end();
  });
}

// What a store that can't be used may have changed. Else the answer is no, whatever it should have
// held.
bool depends_on_stores(const Judgement& judgement) {
  return exit_of(judgement.report) != Exit::No || missed_a_store(*judgement.report);
}

void warn_of_tags(const std::vector<Judgement>& judgements, Console& console) {
  const bool by_tag = std::ranges::any_of(judgements, [](const Judgement& each) {
    return !each.image.digest() && exit_of(each.report) == Exit::Yes;
  });
  if (by_tag) {
    warn("a tag may name another image tomorrow; use the digest", console);
  }
}

Result<std::vector<std::string>> read_list(const std::string& file, Console& console) {
  TRY(const auto text, read_input(file, limits::kReferenceListBytes, console));
  return parse_reference_list(text);
}

struct Wanted {  // side by side
  std::vector<std::string> references;
  std::vector<Target> targets;
};

// All references that can't be understood are told of, and then none is judged.
std::expected<Wanted, Problems> find_wanted(const VerifyOptions& options, Console& console) {
  Wanted wanted{options.references, {}};
  if (!options.list_file.empty()) {
    auto listed = read_list(options.list_file, console);
    if (!listed) {
      return std::unexpected(Problems{options.list_file + ": " + listed.error().detail});
    }
    std::ranges::move(*listed, std::back_inserter(wanted.references));
  }
  if (wanted.references.empty() && options.reference.empty()) {
    return std::unexpected(Problems{"a reference is expected, or --file with references"});
  }
  if (wanted.references.empty()) {
    wanted.references.push_back(options.reference);
  }
  Problems problems;
  for (const auto& reference : wanted.references) {
    auto one = options;
    one.reference = reference;
    if (auto target = find_target(one)) {
      wanted.targets.push_back(*std::move(target));
    } else {
      problems.push_back(target.error().detail);
    }
  }
  return problems.empty() ? std::expected<Wanted, Problems>(std::move(wanted))
                          : std::unexpected(std::move(problems));
}

std::vector<Judgement> judge_wanted(const Wanted& wanted, const VerifyOptions& options,
                                    const Application& application, const Clock& clock,
                                    Console& console) {
  ProgressLine progress("verified", wanted.targets.size(), console);
  const auto ask = [&](std::size_t place) {
    const auto began = clock.tick();
    const auto& image = wanted.targets[place].image;
    auto report = application.admitter().verify(
        image, options.metadata, Deadline::after(clock, limits::kCommandWait), options.evidence);
    return Judgement{wanted.references[place], image, std::move(report), clock.tick() - began,
                     options.evidence};
  };
  const auto told = [&progress](std::size_t done) { progress.show(done); };
  return judge_all(wanted.targets.size(), ask, told);
}

void show(const std::vector<Judgement>& judgements, const VerifyOptions& options,
          Console& console) {
  const bool json = options.output == Output::Json;
  if (options.several()) {
    console.out << (json ? batch_json(judgements) + "\n" : batch_text(judgements, console.colour));
    return;
  }
  const auto& only = judgements.front();
  console.out << (json ? report_json(only) + "\n" : report_text(only, console.colour));
}

Exit tell(const std::vector<Judgement>& judgements, const VerifyOptions& options,
          const Application& application, Console& console) {
  const auto broken = application.broken_stores();
  complain(broken, console);
  const bool useless = !broken.empty() && std::ranges::any_of(judgements, depends_on_stores);
  if (useless && !options.several()) {
    return Exit::Usage;
  }
  show(judgements, options, console);
  warn_of_tags(judgements, console);
  return useless ? Exit::Usage : exit_of(judgements);
}

}  // namespace

Exit verify(const VerifyOptions& options, Console& console) {
  const auto wanted = find_wanted(options, console);
  if (!wanted) {
    return complain(wanted.error(), console);
  }
  const CalendarAt clock(options.at);
  const auto logger = log::make_silent_logger();
  auto setup = image_setup(options, wanted->targets, Trust::Needed, clock.wall(), console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  courier::SilentObserver observer;
  const auto application = Application::create(
      std::move(*setup), {.clock = clock, .logger = *logger, .observer = observer});
  if (!application) {
    return complain({application.error().detail}, console);
  }
  (*application)->refresh_trust(Deadline::after(clock, limits::kCommandWait));
  const auto judgements = judge_wanted(*wanted, options, **application, clock, console);
  return tell(judgements, options, **application, console);
}

}  // namespace countersign::app
