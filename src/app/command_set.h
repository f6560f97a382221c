// SPDX-License-Identifier: Apache-2.0
// What a group of commands needs to add itself to the program. Each group has a file of its own,
// commands_*.cpp, and one line in command_line.cpp.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/console.h"
#include "app/exit_code.h"

namespace CLI {
class App;
}

namespace countersign::app {

// What a command does once the command line is understood. It holds, by a shared pointer, the
// words that its options were read into.
using Action = std::function<Exit(Console&)>;

enum class Painted : std::uint8_t { No, Yes };  // does it show anything in colour?

struct CommandText {
  std::string name;
  std::string description;
  std::string example;
  std::string exits;  // "0 trusted, 1 not trusted, ...": one line
  Painted painted = Painted::No;
};

class CommandSet {
 public:
  explicit CommandSet(CLI::App& program) : program_(program) {}
  CommandSet(const CommandSet&) = delete;
  CommandSet& operator=(const CommandSet&) = delete;

  CLI::App& program() { return program_; }
  CLI::App& add(CLI::App& parent, const CommandText&, Action);
  CLI::App& add(const CommandText& text, Action action) {
    return add(program_, text, std::move(action));
  }
  // Commands below a common name.
  CLI::App& add_group(const std::string& name, const std::string& description,
                      const std::string& example);

  // Once all commands are there: the option that stands last in the help of those that are painted.
  void offer_colours();

  // The command that was asked for. Usage when there was none.
  Exit run(Console&) const;

 private:
  CLI::App& program_;
  Action chosen_;
  std::vector<CLI::App*> painted_;
  std::string colour_;
};

void add_serve(CommandSet&);
void add_image_commands(CommandSet&);
void add_sign(CommandSet&);
void add_review(CommandSet&);
void add_key_commands(CommandSet&);
void add_config_commands(CommandSet&);
void add_others(CommandSet&);

// Options that several commands have.
void offer_config(CLI::App& command, std::string& file);  // required
void offer_at(CLI::App& command, std::string& text);
void offer_output(CLI::App& command, std::string& text);  // text or json
Output output_of(const std::string& text);

}  // namespace countersign::app
