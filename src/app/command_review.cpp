// SPDX-License-Identifier: Apache-2.0
#include <istream>
#include <iterator>
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/file.h"
#include "app/review_text.h"
#include "app/time_budget.h"
#include "app/workload.h"

namespace countersign::app {
namespace {

Result<std::string> read(const std::string& file, Console& console) {
  if (file != "-") {
    return read_file(file, limits::kReviewBytes);
  }
  std::string text(limits::kReviewBytes + 1, '\0');
  console.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(console.in.gcount()));
  return text;  // one byte too many is refused by whoever parses it
}

Exit leave(const ManifestReview& manifest, Console& console) {
  console.err << log::clean(manifest.title, limits::kLogField);
  switch (manifest.left) {
    case Left::WithoutPods:
      console.err << ": no pods, not judged\n";
      return Exit::Yes;
    case Left::Unknown:
      break;
  }
  console.err << ": not judged: it may have pods, but its kind is not known\n";
  return Exit::Unknown;
}

Exit judge(const ManifestReview& manifest, const Application& application, const Clock& clock,
           Console& console) {
  if (manifest.json.empty()) {
    return leave(manifest, console);
  }
  const auto& admitter = application.admitter();
  const auto view = admitter.view();
  const auto review = kube::parse_review(manifest.json, view.configuration->workloads);
  if (!review) {
    const auto& error = review.error().error;
    console.out << log::clean(manifest.title, limits::kLogField) << ": denied\n  "
                << wire_name(error.reason) << ", " << log::clean(error.detail, limits::kLogField)
                << '\n';
    return Exit::No;
  }
  const auto deadline = Deadline::after(clock, review_budget(""));
  const auto decision = admitter.admit(view, *review, deadline);
  console.out << review_text(manifest.title, *review, decision, console.colour);
  return exit_of(decision);
}

Exit judge_all(const std::vector<codec::Json>& documents, const ReviewOptions& options,
               const Application& application, const Clock& clock, Console& console) {
  auto exit = Exit::Yes;
  const auto view = application.admitter().view();
  for (const auto& document : documents) {
    for (const auto& manifest :
         manifest_reviews(document, options.name_space, view.configuration->workloads)) {
      exit = worse(exit, judge(manifest, application, clock, console));
    }
  }
  return exit;
}

}  // namespace

Exit review(const ReviewOptions& options, Console& console) {
  const auto text = read(options.file, console);
  if (!text) {
    return complain({text.error().detail}, console);
  }
  const auto documents = parse_documents(*text);
  if (!documents || documents->empty()) {
    return complain(
        {options.file + ":" + (documents ? " nothing to judge" : documents.error().detail)},
        console);
  }
  const CalendarAt clock(options.at);
  const auto logger = log::make_silent_logger();
  auto config = load_config(options.config, builtins(),
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
  return judge_all(*documents, options, **application, clock, console);
}

}  // namespace countersign::app
