// SPDX-License-Identifier: Apache-2.0
// What the completion scripts of the three shells have in common.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_spec.h"

namespace countersign::app {

using Visit = std::function<void(const std::string& path, const CommandSpec&)>;

// Every command with its path, "countersign config check"; groups before what is below them.
void for_each_command(const CommandSpec& command, const std::string& path, const Visit&);

std::string quoted(const std::string& text);  // 'text', for any of the three
std::string joined(const std::vector<std::string>& words, std::string_view separator);
std::vector<std::string> option_words(const CommandSpec&);   // all names of all options
std::vector<std::string> command_words(const CommandSpec&);  // of those directly below

struct Offer {  // what may stand somewhere
  Takes takes = Takes::Nothing;
  std::vector<std::string> words;
};
Offer argument_of(const CommandSpec&);  // the first that is no option

std::string bash_completion(const CommandSpec& program);
std::string zsh_completion(const CommandSpec& program);
std::string fish_completion(const CommandSpec& program);

}  // namespace countersign::app
