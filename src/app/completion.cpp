// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include <functional>

namespace countersign::app {
namespace {

using Visit = std::function<void(const std::string& path, const CommandSpec&)>;

void for_each_command(const CommandSpec& command, const std::string& path, const Visit& visit) {
  visit(path, command);
  for (const auto& each : command.commands) {
    for_each_command(each, path + " " + each.name, visit);
  }
}

// 'text' for any of the three shells. An apostrophe can't stand in single quotes, and no
// description needs one badly enough to be escaped in three ways.
std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) {
    quoted += character == '\'' || character == '\\' ? ' ' : character;
  }
  return quoted + "'";
}

std::string option_words(const CommandSpec& command) {
  std::string words;
  for (const auto& option : command.options) {
    words += (words.empty() ? "" : " ") + option.name;
  }
  return words;
}

std::string command_words(const CommandSpec& command) {
  std::string words;
  for (const auto& each : command.commands) {
    words += (words.empty() ? "" : " ") + each.name;
  }
  return words;
}

// Walks over the words before the cursor: `countersign config check` leaves "countersign config
// check" in the variable `at`.
std::string walk(const CommandSpec& program, std::string_view words) {
  std::string patterns;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec&) {
    if (path != program.name) {
      patterns += (patterns.empty() ? "" : "|") + quoted(path);
    }
  });
  return "  local at=" + program.name + " word\n  for word in " + std::string(words) +
         "; do\n    case \"$at $word\" in " + patterns + ") at=\"$at $word\" ;; esac\n  done\n";
}

std::string bash(const CommandSpec& program) {
  std::string cases;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    cases += "    " + quoted(path) + ") options=" + quoted(option_words(each)) +
             " commands=" + quoted(command_words(each)) + " ;;\n";
  });
  const auto function = "_" + program.name;
  return "# bash completion for " + program.name + ": source it, or put it into " +
         "/etc/bash_completion.d\n" + function + "() {\n" +
         walk(program, R"("${COMP_WORDS[@]:1:COMP_CWORD-1}")") +
         "  local options commands current=\"${COMP_WORDS[COMP_CWORD]}\"\n  case \"$at\" in\n" +
         cases + "  esac\n" + "  if [[ $current == -* ]]; then commands=$options; fi\n" +
         "  COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n}\n" +
         "complete -o default -F " + function + " " + program.name + "\n";
}

std::string zsh(const CommandSpec& program) {
  std::string cases;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    cases += "    " + quoted(path) + ") options=(" + option_words(each) + ") commands=(" +
             command_words(each) + ") ;;\n";
  });
  const auto function = "_" + program.name;
  return "#compdef " + program.name + "\n" + function + "() {\n" +
         walk(program, "${words[2,CURRENT-1]}") +
         "  local -a options commands\n  case \"$at\" in\n" + cases + "  esac\n" +
         "  if [[ $PREFIX == -* ]]; then compadd -- $options\n" +
         "  elif (( $#commands )); then compadd -- $commands\n  else _files\n  fi\n}\n" +
         "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then " + function +
         " \"$@\"; else compdef " + function + " " + program.name + "; fi\n";
}

// "a" for the condition that every command of the path was typed and none below it.
std::string fish_condition(const CommandSpec& program, const std::string& path,
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
  const auto below = command_words(command);
  return below.empty() ? condition : condition + "; and not __fish_seen_subcommand_from " + below;
}

std::string fish(const CommandSpec& program) {
  std::string script = "# fish completion for " + program.name + "\n";
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    const auto start =
        "complete -c " + program.name + " -n " + quoted(fish_condition(program, path, each));
    for (const auto& command : each.commands) {
      script += start + " -f -a " + command.name + " -d " + quoted(command.description) + "\n";
    }
    for (const auto& option : each.options) {
      const bool is_long = option.name.starts_with("--");
      script += start + (is_long ? " -l " : " -s ") + option.name.substr(is_long ? 2 : 1) + " -d " +
                quoted(option.description) + "\n";
    }
  });
  return script;
}

}  // namespace

Result<Shell> parse_shell(std::string_view name) {
  if (name == "bash") {
    return Shell::Bash;
  }
  if (name == "zsh") {
    return Shell::Zsh;
  }
  if (name == "fish") {
    return Shell::Fish;
  }
  return fail(Reason::BadConfig, "bash, zsh or fish is expected, not " + std::string(name));
}

std::string completion_script(const CommandSpec& program, Shell shell) {
  switch (shell) {
    case Shell::Bash:
      return bash(program);
    case Shell::Zsh:
      return zsh(program);
    case Shell::Fish:
      return fish(program);
  }
  return {};
}

}  // namespace countersign::app
