// SPDX-License-Identifier: Apache-2.0
// serve, review: the webhook, and what it would answer.
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_set.h"
#include "app/image_arguments.h"

namespace countersign::app {

void add_serve(CommandSet& commands) {
  const auto file = std::make_shared<std::string>();
  offer_config(commands.add({.name = "serve",
                             .description = "Run the webhook",
                             .example = "countersign serve --config /etc/countersign/config.yaml",
                             .exits = "0 after a drain, 2 usage or configuration"},
                            [file](Console& console) { return app::serve(*file, console); }),
               *file);
}

namespace {

struct ReviewWords {
  ReviewOptions options;
  std::string at, output;
};

Exit understand_and_review(ReviewWords& words, Console& console) {
  const auto at = parse_at(words.at);
  if (!at) {
    return complain({at.error().detail}, console);
  }
  words.options.at = *at;
  words.options.output = output_of(words.output);
  return app::review(words.options, console);
}

}  // namespace

void add_review(CommandSet& commands) {
  const auto words = std::make_shared<ReviewWords>();
  auto& review = commands.add(
      {.name = "review",
       .description = "Print what the webhook would answer to a manifest or AdmissionReview",
       .example = "kubectl create deployment web --image=nginx --dry-run=client -o yaml |\n"
                  "    countersign review --config config.yaml -",
       .exits = "0 allowed, 1 denied, 2 usage or configuration, 3 could not find out",
       .painted = Painted::Yes},
      [words](Console& console) { return understand_and_review(*words, console); });
  review.add_option("file", words->options.file, "JSON or YAML; - for the standard input")
      ->required()
      ->type_name("FILE");
  offer_config(review, words->options.config);
  review
      .add_option("-n,--namespace", words->options.name_space,
                  "Of manifests that name none [default]")
      ->type_name("NAME");
  offer_output(review, words->output);
  offer_at(review, words->at);
}

}  // namespace countersign::app
