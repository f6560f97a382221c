// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/completion_parts.h"

namespace countersign::app {
namespace {

// Every command of the path was typed and none below it.
std::string condition_of(const CommandSpec& program, const std::string& path,
                         const CommandSpec& command) {
  if (path == program.name) {
    return "__fish_use_subcommand";
  }
  std::string condition;
  std::size_t from = program.name.size() + 1;
  while (from < path.size()) {
    const auto to = std::min(path.find(' ', from), path.size());
    condition += (condition.empty() ? "" : "; and ") +
                 ("__fish_seen_subcommand_from " + path.substr(from, to - from));
    from = to + 1;
  }
  const auto below = joined(command_words(command), " ");
  return below.empty() ? condition : condition + "; and not __fish_seen_subcommand_from " + below;
}

std::string offer(Takes takes, const std::vector<std::string>& words) {
  if (!words.empty()) {
    return " -f -a " + quoted(joined(words, " "));
  }
  switch (takes) {
    case Takes::File:
      return " -F";
    case Takes::Folder:
      return " -f -a '(__fish_complete_directories)'";
    case Takes::Nothing:
    case Takes::Text:
    case Takes::Choice:
      return " -f";
  }
  return " -f";
}

std::string option_line(const std::string& start, const OptionSpec& option) {
  auto line = start;
  for (const auto& name : option.names) {
    const bool is_long = name.starts_with("--");
    line += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
  }
  if (option.takes() != Takes::Nothing) {
    line += " -r" + offer(option.takes(), option.choices);
  }
  return line + " -d " + quoted(option.description) + "\n";
}

}  // namespace

std::string fish_completion(const CommandSpec& program) {
  std::string script = "# fish completion for " + program.name + "\n";
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    const auto start =
        "complete -c " + program.name + " -n " + quoted(condition_of(program, path, each));
    for (const auto& command : each.commands) {
      script += start + " -f -a " + command.name + " -d " + quoted(command.description) + "\n";
    }
    if (each.commands.empty()) {
      const auto argument = argument_of(each);
      script += start + offer(argument.takes, argument.words) + "\n";
    }
    for (const auto& option : each.options) {
      script += option_line(start, option);
    }
  });
  return script;
}

}  // namespace countersign::app
