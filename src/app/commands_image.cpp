// SPDX-License-Identifier: Apache-2.0
// verify, list, inspect: commands about images.
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/command_set.h"
#include "app/image_arguments.h"
#include "app/image_options.h"

namespace countersign::app {
namespace {

// Its words are understood, then it runs.
template <class Command>
Action about_image(const std::shared_ptr<ImageWords>& words, std::string_view for_people,
                   Command* command) {
  return [words, for_people, command](Console& console) {
    auto options = understand(std::move(*words), for_people);
    return options ? command(*options, console) : complain({options.error().detail}, console);
  };
}

void add_verify(CommandSet& commands) {
  const auto words = std::make_shared<ImageWords>();
  offer_verify(
      commands.add(
          {.name = "verify",
           .description = "Judge images as the webhook would",
           .example = "countersign verify --notation-config ~/.config/notation "
                      "ghcr.io/team/app@sha256:...",
           .exits = "0 trusted or skipped, 1 not trusted, 2 usage or configuration, 3 could not "
                    "find out",
           .painted = Painted::Yes},
          about_image(words, "text", &app::verify)),
      *words);
}

void add_list(CommandSet& commands) {
  const auto words = std::make_shared<ImageWords>();
  offer_list(commands.add({.name = "list",
                           .description = "List the signatures of an image",
                           .example = "countersign list ghcr.io/team/app@sha256:...",
                           .exits = "0 done, 2 usage or configuration, 3 could not find out"},
                          about_image(words, "tree", &app::list)),
             *words);
}

void add_inspect(CommandSet& commands) {
  const auto words = std::make_shared<ImageWords>();
  offer_inspect(
      commands.add(
          {.name = "inspect",
           .description = "Show everything in the signatures of an image, and their verdicts",
           .example = "countersign inspect -o json ghcr.io/team/app@sha256:...",
           .exits = "0 done, 2 usage or configuration, 3 could not find out",
           .painted = Painted::Yes},
          about_image(words, "tree", &app::inspect)),
      *words);
}

}  // namespace

void add_image_commands(CommandSet& commands) {
  add_verify(commands);
  add_list(commands);
  add_inspect(commands);
}

}  // namespace countersign::app
