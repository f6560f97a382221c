// SPDX-License-Identifier: Apache-2.0
// For bash and zsh, whose scripts walk over the words in the same way.
#include "app/completion_parts.h"

namespace countersign::app {
namespace {

// Walks over the words before the cursor: `countersign config check` leaves "countersign config
// check" in the variable `at`.
std::string walk(const CommandSpec& program, std::string_view words) {
  std::vector<std::string> patterns;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec&) {
    if (path != program.name) {
      patterns.push_back(quoted(path));
    }
  });
  return "  local at=" + program.name + " word\n  for word in " + std::string(words) +
         "; do\n    case \"$at $word\" in " + joined(patterns, "|") +
         ") at=\"$at $word\" ;; esac\n  done\n";
}

// The word for a kind of value in the scripts.
std::string_view kind(Takes takes) {
  switch (takes) {
    case Takes::Nothing:
    case Takes::Text:
      return "text";
    case Takes::File:
      return "file";
    case Takes::Folder:
      return "folder";
    case Takes::Choice:
      return "word";
  }
  return "text";
}

// Sets `kind` and `offers` where the word before the cursor is an option that takes something.
std::string value_cases(const CommandSpec& program) {
  std::string cases;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    for (const auto& option : each.options) {
      if (option.takes() == Takes::Nothing) {
        continue;
      }
      std::vector<std::string> patterns;
      for (const auto& name : option.names) {
        patterns.push_back(quoted(path + " " + name));
      }
      cases += "    " + joined(patterns, "|") + ") kind=" + std::string(kind(option.takes())) +
               " offers=" + quoted(joined(option.choices, " ")) + " ;;\n";
    }
  });
  return cases;
}

std::string argument_cases(const CommandSpec& program) {
  std::string cases;
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    const auto argument = argument_of(each);
    cases += "    " + quoted(path) + ") flags=" + quoted(joined(option_words(each), " ")) +
             " kind=" + std::string(kind(argument.takes)) +
             " offers=" + quoted(joined(argument.words, " ")) + " ;;\n";
  });
  return cases;
}

// In both, `current` is what is being typed and `before` the word before it.
std::string decide(const CommandSpec& program) {
  return "  local flags= kind= offers=\n  case \"$at $before\" in\n" + value_cases(program) +
         "  esac\n  if [[ -z $kind ]]; then\n    case \"$at\" in\n" + argument_cases(program) +
         "    esac\n    if [[ $current == -* ]]; then kind=word offers=$flags; fi\n  fi\n"
         "  if [[ -n $offers ]]; then kind=word; fi\n";
}

}  // namespace

// bash makes a word of its own of the "=" in --output=json.
std::string bash_completion(const CommandSpec& program) {
  const auto function = "_" + program.name;
  return "# bash completion for " + program.name + ": source it, or put it into " +
         "/etc/bash_completion.d\n" + function + "() {\n" +
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  if [[ $current == = ]]; then current=\n"
         "  elif [[ $before == = ]]; then before=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n" +
         walk(program, R"("${COMP_WORDS[@]:1:COMP_CWORD-1}")") + decide(program) +
         "  COMPREPLY=()\n  case $kind in\n"
         "    word) COMPREPLY=($(compgen -W \"$offers\" -- \"$current\")) ;;\n"
         "    file|folder)\n      local name\n"
         "      compopt -o filenames 2>/dev/null\n"
         "      while IFS= read -r name; do COMPREPLY+=(\"$name\"); done < <(\n"
         "        if [[ $kind == file ]]; then compgen -f -- \"$current\"\n"
         "        else compgen -d -- \"$current\"; fi) ;;\n  esac\n}\n" +
         "complete -F " + function + " " + program.name + "\n";
}

std::string zsh_completion(const CommandSpec& program) {
  const auto function = "_" + program.name;
  return "#compdef " + program.name + "\n" + function + "() {\n" +
         "  local current=$PREFIX before=${words[CURRENT-1]}\n"
         "  local -a typed=(\"${(@)words[2,CURRENT-1]}\")\n"
         "  if [[ $current == --*=* ]]; then\n"
         "    before=${current%%=*} current=${current#*=}\n    compset -P '*='\n  fi\n" +
         walk(program, "$typed") + decide(program) +
         "  case $kind in\n    word) compadd -- ${=offers} ;;\n    file) _files ;;\n"
         "    folder) _files -/ ;;\n  esac\n}\n" +
         "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then " + function +
         " \"$@\"; else compdef " + function + " " + program.name + "; fi\n";
}

}  // namespace countersign::app
