// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <utility>

#include "app/application.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/input.h"
#include "app/review_json.h"
#include "app/review_text.h"
#include "app/time_budget.h"
#include "app/workload.h"

namespace countersign::app {
namespace {

class Reviewer {
 public:
  Reviewer(const ReviewOptions& options, const Application& application, const Clock& clock,
           Console& console)
      : options_(options), application_(application), clock_(clock), console_(console) {}

  Exit judge_all(const std::vector<codec::Json>& documents);

 private:
  Exit judge(const ManifestReview& manifest);
  Exit leave(const ManifestReview& manifest);
  // What it is in text, and in JSON, whose array is closed at the end.
  void show(const std::string& text, const std::string& json);

  const ReviewOptions& options_;
  const Application& application_;
  const Clock& clock_;
  Console& console_;
  std::string array_;
};

Exit Reviewer::judge_all(const std::vector<codec::Json>& documents) {
  auto exit = Exit::Yes;
  const auto view = application_.admitter().view();
  for (const auto& document : documents) {
    for (const auto& manifest :
         manifest_reviews(document, options_.name_space, view.configuration->workloads)) {
      exit = worse(exit, judge(manifest));
    }
  }
  if (options_.output == Output::Json) {
    console_.out << '[' << array_ << "]\n";
  }
  return exit;
}

Exit Reviewer::judge(const ManifestReview& manifest) {
  if (manifest.json.empty()) {
    return leave(manifest);
  }
  const auto& admitter = application_.admitter();
  const auto view = admitter.view();
  const auto review = kube::parse_review(manifest.json, view.configuration->workloads);
  if (!review) {
    const auto& error = review.error().error;
    show(unreadable_text(manifest.title, error, console_.colour),
         unreadable_json(manifest.title, error));
    return Exit::No;
  }
  const auto deadline = Deadline::after(clock_, review_budget(""));
  const auto decision = admitter.admit(view, *review, deadline);
  show(review_text(manifest.title, *review, decision, console_.colour),
       review_json(manifest.title, *review, decision));
  return exit_of(decision);
}

Exit Reviewer::leave(const ManifestReview& manifest) {
  show("", left_json(manifest));
  console_.err << log::clean(manifest.title, limits::kLogField);
  switch (manifest.left) {
    case Left::WithoutPods:
      console_.err << ": no pods, not judged\n";
      return Exit::Yes;
    case Left::Unknown:
      break;
  }
  console_.err << ": not judged: it may have pods, but its kind is not known\n";
  return Exit::Unknown;
}

void Reviewer::show(const std::string& text, const std::string& json) {
  switch (options_.output) {
    case Output::Text:
    case Output::Table:  // there is none
      console_.out << text;
      return;
    case Output::Json:
      array_ += (array_.empty() ? "" : ",") + json;
      return;
  }
}

}  // namespace

Exit review(const ReviewOptions& options, Console& console) {
  const auto text = read_input(options.file, limits::kReviewBytes, console);
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
  return Reviewer(options, **application, clock, console).judge_all(*documents);
}

}  // namespace countersign::app
