// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <exception>
#include <memory>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/command_set.h"

namespace countersign::app {
namespace {

// Help that names what an option takes, without the rules about other options.
class Help final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const auto type = option->get_type_name();
    return (type.empty() ? "" : " " + type) + (option->get_required() ? " REQUIRED" : "");
  }
};

class CommandLine {
 public:
  CommandLine();
  Exit run(std::span<const std::string> arguments, Console&);

 private:
  CLI::App app_{
      "Admits only container images that carry a Notary Project signature by someone trusted",
      "countersign"};
  CommandSet commands_{app_};
};

CommandLine::CommandLine() {
  app_.require_subcommand(1);
  app_.formatter(std::make_shared<Help>());
  app_.set_version_flag("--version", "countersign " COUNTERSIGN_VERSION);
  app_.footer("Exit status:\n  0 yes, 1 no, 2 usage or configuration, 3 could not find out");
  add_serve(commands_);
  add_image_commands(commands_);
  add_sign(commands_);
  add_review(commands_);
  add_key_commands(commands_);
  add_config_commands(commands_);
  add_others(commands_);
  commands_.offer_colours();
}

Exit CommandLine::run(std::span<const std::string> arguments, Console& console) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
  try {
    app_.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    const bool done = app_.exit(error, console.out, console.err) == 0;  // help was asked for
    return done ? Exit::Yes : Exit::Usage;
  }
  return commands_.run(console);
}

}  // namespace

Exit run(std::span<const std::string> arguments, Console& console) {
  try {
    return CommandLine().run(arguments, console);
  } catch (const std::exception& thrown) {
    console.err << "countersign: " << wire_name(Reason::Internal) << ": " << thrown.what() << '\n';
    return Exit::Unknown;
  }
}

}  // namespace countersign::app
