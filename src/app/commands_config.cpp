// SPDX-License-Identifier: Apache-2.0
// config check, config show, policy test: commands about a configuration.
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_set.h"
#include "app/image_arguments.h"

namespace countersign::app {
namespace {

struct CheckWords {
  std::string file;
  bool online = false;
  bool strict = false;
};

void offer_file(CLI::App& command, std::string& file) {
  command.add_option("file", file, "Configuration file")->required()->type_name("FILE");
}

void add_check(CommandSet& commands, CLI::App& config) {
  const auto words = std::make_shared<CheckWords>();
  auto& check = commands.add(
      config,
      {.name = "check",
       .description = "Say OK, or what is wrong, as FILE:LINE:COLUMN",
       .example = "countersign config check config.yaml",
       .exits = "0 good, 2 usage or configuration; with --online: 3 something can't be used"},
      [words](Console& console) {
        return config_check(words->file, words->online ? Reach::Online : Reach::Offline,
                            words->strict ? Remarks::Refused : Remarks::Shown, console);
      });
  check.add_flag("--online", words->online,
                 "Try every identity, key vault, trust store and registry that it names, too");
  check.add_flag("--strict", words->strict, "End with 2 when there are warnings");
  offer_file(check, words->file);
}

void add_show(CommandSet& commands, CLI::App& config) {
  const auto file = std::make_shared<std::string>();
  offer_file(commands.add(config,
                          {.name = "show",
                           .description = "Print every key with its value; secrets are masked",
                           .example = "countersign config show config.yaml",
                           .exits = "0 good, 2 usage or configuration"},
                          [file](Console& console) { return config_show(*file, console); }),
             *file);
}

struct TestWords {
  PolicyTestOptions options;
  std::string at, output;
};

Exit understand_and_test(TestWords& words, Console& console) {
  const auto at = parse_at(words.at);
  if (!at) {
    return complain({at.error().detail}, console);
  }
  words.options.at = *at;
  words.options.output = output_of(words.output);
  return app::policy_test(words.options, console);
}

void add_policy_test(CommandSet& commands, CLI::App& policy) {
  const auto words = std::make_shared<TestWords>();
  auto& test =
      commands.add(policy,
                   {.name = "test",
                    .description = "Hold what the webhook would answer against what is expected",
                    .example = "countersign policy test --config config.yaml cases/",
                    .exits = "0 all as expected, 1 something differs, 2 usage or configuration"},
                   [words](Console& console) { return understand_and_test(*words, console); });
  test.add_option("folder", words->options.folder, "Folder with cases")
      ->required()
      ->type_name("DIR");
  test.add_option("--config", words->options.config, "Configuration file [DIR/countersign.yaml]")
      ->type_name("FILE");
  offer_output(test, words->output);
  offer_at(test, words->at);
}

}  // namespace

void add_config_commands(CommandSet& commands) {
  auto& config = commands.add_group("config", "Work with a configuration file",
                                    "countersign config check config.yaml");
  add_check(commands, config);
  add_show(commands, config);
  auto& policy = commands.add_group("policy", "Try the rules of a configuration",
                                    "countersign policy test cases/");
  add_policy_test(commands, policy);
}

}  // namespace countersign::app
