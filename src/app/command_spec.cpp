// SPDX-License-Identifier: Apache-2.0
#include "app/command_spec.h"

#include <algorithm>
#include <ranges>
#include <string_view>

#include <CLI/CLI.hpp>

#include "countersign/base/reason.h"

namespace countersign::app {
namespace {

// "text|json" is two words.
std::vector<std::string> words_of(const std::string& value) {
  std::vector<std::string> words;
  if (value.contains('|')) {
    for (const auto part : std::views::split(value, '|')) {
      words.emplace_back(std::string_view(part));
    }
  }
  return words;
}

OptionSpec describe(const CLI::Option& option) {
  OptionSpec spec{.names = {},
                  .value = option.get_type_size() == 0 ? "" : option.get_type_name(),
                  .description = option.get_description(),
                  .required = option.get_required()};
  for (const auto& name : option.get_lnames()) {
    spec.names.push_back("--" + name);
  }
  for (const auto& name : option.get_snames()) {
    spec.names.push_back("-" + name);
  }
  if (spec.names.empty()) {
    spec.names.push_back(option.get_name(true));
  }
  spec.choices = words_of(spec.value);
  return spec;
}

void add_codes(OptionSpec& code) {
  for (const auto reason : all_reasons()) {
    code.choices.emplace_back(wire_name(reason));
  }
}

}  // namespace

Takes OptionSpec::takes() const {
  if (value.empty()) {
    return Takes::Nothing;
  }
  if (!choices.empty()) {
    return Takes::Choice;
  }
  if (value == "FILE") {
    return Takes::File;
  }
  return value == "DIR" ? Takes::Folder : Takes::Text;
}

CommandSpec describe(const CLI::App& app) {
  CommandSpec spec{
      .name = app.get_name(), .description = app.get_description(), .footer = app.get_footer()};
  for (const auto* const option : app.get_options()) {
    (option->get_positional() ? spec.positionals : spec.options).push_back(describe(*option));
  }
  if (spec.name == "explain") {
    std::ranges::for_each(spec.positionals, add_codes);
  }
  for (const auto* const each : app.get_subcommands([](const CLI::App*) { return true; })) {
    spec.commands.push_back(describe(*each));
  }
  return spec;
}

}  // namespace countersign::app
