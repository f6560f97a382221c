// SPDX-License-Identifier: Apache-2.0
// A program with something of every kind.
#pragma once
#include "app/command_spec.h"

namespace countersign::app {

inline CommandSpec sample_program() {
  const OptionSpec help{{"--help", "-h"}, "", "Print this help message and exit"};
  CommandSpec run{.name = "run",
                  .description = "Run it",
                  .footer =
                      "Exit status:\n  0 done\n\nExample:\n  tool run --volume loud x\n"
                      "    .hidden\\",
                  .positionals = {{{"file"}, "FILE", "What is run", true}},
                  .options = {help,
                              {{"--config"}, "FILE", "The owner's file"},
                              {{"--out", "-o"}, "DIR", "Output"},
                              {{"--name"}, "NAME", "Name"},
                              {{"--volume"}, "loud|low", "Volume", false, {"loud", "low"}}}};
  CommandSpec check{.name = "check",
                    .description = "Check it",
                    .positionals = {{{"what"}, "one|two", "What", false, {"one", "two"}}},
                    .options = {{{"--deep"}, "", "More"}}};
  CommandSpec config{.name = "config", .description = "Work with it", .commands = {check}};
  return {.name = "tool",
          .description = "A tool",
          .options = {help},
          .commands = {std::move(run), std::move(config)}};
}

}  // namespace countersign::app
