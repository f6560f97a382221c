// SPDX-License-Identifier: Apache-2.0
#include "app/command_set.h"

#include <utility>

#include <CLI/CLI.hpp>

namespace countersign::app {

CLI::App& CommandSet::add(CLI::App& parent, const CommandText& text, Action action) {
  auto& added = *parent.add_subcommand(text.name, text.description);
  added.footer("Exit status:\n  " + text.exits + "\n\nExample:\n  " + text.example);
  added.callback([this, action = std::move(action)] { chosen_ = action; });
  if (text.painted == Painted::Yes) {
    painted_.push_back(&added);
  }
  return added;
}

CLI::App& CommandSet::add_group(const std::string& name, const std::string& description,
                                const std::string& example) {
  auto& added = *program_.add_subcommand(name, description);
  added.footer("Example:\n  " + example);
  added.require_subcommand(1);
  return added;
}

void CommandSet::offer_colours() {
  for (auto* const command : painted_) {
    command->add_option("--color", colour_, "Colours [auto: on a terminal, and without $NO_COLOR]")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("auto|always|never");
  }
}

Exit CommandSet::run(Console& console) const {
  if (!chosen_) {
    return Exit::Usage;
  }
  auto painted = console;
  if (colour_ == "always") {
    painted.colour = Colour::Always;
  } else if (colour_ == "never") {
    painted.colour = Colour::Never;
  }
  return chosen_(painted);
}

void offer_config(CLI::App& command, std::string& file) {
  command.add_option("--config", file, "Configuration file")->required()->type_name("FILE");
}

void offer_at(CLI::App& command, std::string& text) {
  command.add_option("--at", text, "Judge as if it were this time")->type_name("RFC3339");
}

void offer_output(CLI::App& command, std::string& text) {
  command.add_option("-o,--output", text, "Format of the output [text]")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->type_name("text|json");
}

Output output_of(const std::string& text) { return text == "json" ? Output::Json : Output::Text; }

}  // namespace countersign::app
