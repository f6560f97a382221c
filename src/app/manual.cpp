// SPDX-License-Identifier: Apache-2.0
#include "app/manual.h"

#include <algorithm>
#include <string_view>

#include "app/completion_parts.h"

namespace countersign::app {
namespace {

// In roff a backslash escapes, a hyphen is no minus, and a line that begins with a dot or an
// apostrophe is a request.
std::string roff(std::string_view text) {
  std::string escaped;
  bool at_start = true;
  for (const char character : text) {
    if (at_start && (character == '.' || character == '\'')) {
      escaped += "\\&";
    }
    if (character == '\\') {
      escaped += "\\e";
    } else if (character == '-') {
      escaped += "\\-";
    } else if (character == '~') {
      escaped += "\\(ti";
    } else if (character == '^') {
      escaped += "\\(ha";
    } else {
      escaped += character;
    }
    at_start = character == '\n';
  }
  return escaped;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string option_entry(const OptionSpec& option, bool hyphened) {
  std::string names;
  for (const auto& name : option.names) {
    names += (names.empty() ? "" : ", ") + (hyphened ? bold(name) : italic(name));
  }
  const auto value = hyphened && !option.value.empty() ? " " + italic(option.value) : "";
  const auto must = option.required ? " (required)" : "";
  return ".TP\n" + names + value + "\n" + roff(option.description) + must + "\n";
}

// "Exit status:\n  ...\n\nExample:\n  ...": a heading at the margin, what belongs to it indented.
std::string footer_text(std::string_view footer) {
  std::string text;
  bool open = false;
  while (!footer.empty()) {
    const auto end = std::min(footer.find('\n'), footer.size());
    const auto line = footer.substr(0, end);
    footer.remove_prefix(std::min(end + 1, footer.size()));
    if (line.starts_with("  ")) {
      text += roff(line.substr(2)) + "\n";
    } else if (!line.empty()) {
      text += std::string(open ? ".fi\n.RE\n" : "") + ".PP\n" + roff(line) + "\n.RS\n.nf\n";
      open = true;
    }
  }
  return text + (open ? ".fi\n.RE\n" : "");
}

std::string synopsis(const std::string& path, const CommandSpec& command) {
  auto text = bold(path) + " [" + italic("options") + "]";
  for (const auto& each : command.positionals) {
    text += " " + (each.required ? italic(each.value) : "[" + italic(each.value) + "]");
  }
  return text + "\n";
}

std::string section(const std::string& path, const CommandSpec& command) {
  auto text = ".SS " + roff(path) + "\n" + synopsis(path, command) + ".PP\n" +
              roff(command.description) + ".\n";
  for (const auto& each : command.positionals) {
    text += option_entry(each, false);
  }
  for (const auto& each : command.options) {
    if (each.names.front() != "--help") {
      text += option_entry(each, true);
    }
  }
  return text + footer_text(command.footer);
}

constexpr std::string_view kEnd = R"(.SH EXIT STATUS
.TP
0
yes: trusted, allowed, accepted, done
.TP
1
no: not trusted, denied, not accepted, something differs
.TP
2
usage or configuration
.TP
3
could not find out: a registry, a vault or an authority was not reached
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colours, unless \-\-color says otherwise
.TP
.B NOTATION_CONFIG
Notation\(aqs folder, in place of ~/.config/notation
.TP
.B DOCKER_CONFIG
the folder with config.json, in place of ~/.docker
.SH SEE ALSO
.BR notation (1)
)";

}  // namespace

std::string manual_page(const CommandSpec& program) {
  auto text = ".TH COUNTERSIGN 1 \"\" \"countersign " COUNTERSIGN_VERSION
              "\" \"User Commands\"\n.SH NAME\n" +
              roff(program.name) + " \\- verifies signatures of container images\n.SH SYNOPSIS\n" +
              bold(program.name) + " " + italic("command") + " [" + italic("options") +
              "]\n.SH DESCRIPTION\n" + roff(program.description) +
              ".\nResults go to the standard output, diagnostics to the standard error.\n"
              ".SH COMMANDS\n";
  for_each_command(program, program.name, [&](const std::string& path, const CommandSpec& each) {
    if (each.commands.empty()) {
      text += section(path, each);
    }
  });
  return text + std::string(kEnd);
}

}  // namespace countersign::app
