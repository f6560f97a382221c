// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include <algorithm>

#include "app/completion_parts.h"

namespace countersign::app {

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
      return bash_completion(program);
    case Shell::Zsh:
      return zsh_completion(program);
    case Shell::Fish:
      return fish_completion(program);
  }
  return {};
}

void for_each_command(const CommandSpec& command, const std::string& path, const Visit& visit) {
  visit(path, command);
  for (const auto& each : command.commands) {
    for_each_command(each, path + " " + each.name, visit);
  }
}

// An apostrophe can't stand in single quotes, and no description needs one badly enough to be
// escaped in three ways.
std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) {
    quoted += character == '\'' || character == '\\' ? ' ' : character;
  }
  return quoted + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : std::string(separator)) + word;
  }
  return text;
}

std::vector<std::string> option_words(const CommandSpec& command) {
  std::vector<std::string> words;
  for (const auto& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return words;
}

std::vector<std::string> command_words(const CommandSpec& command) {
  std::vector<std::string> words;
  for (const auto& each : command.commands) {
    words.push_back(each.name);
  }
  return words;
}

Offer argument_of(const CommandSpec& command) {
  Offer offer{Takes::Nothing, command_words(command)};
  if (!command.positionals.empty()) {
    const auto& first = command.positionals.front();
    offer.takes = first.takes();
    offer.words.insert(offer.words.end(), first.choices.begin(), first.choices.end());
  }
  return offer;
}

}  // namespace countersign::app
