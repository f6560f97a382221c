// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "app/command_line.h"

namespace {

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

int main(int argc, char** argv) {
  using countersign::app::Colour;
  const bool coloured = ::isatty(STDOUT_FILENO) == 1 && !environment("NO_COLOR") &&
                        environment("TERM").value_or("dumb") != "dumb";
  countersign::app::Console console{.in = std::cin,
                                    .out = std::cout,
                                    .err = std::cerr,
                                    .colour = coloured ? Colour::Always : Colour::Never,
                                    .environment = environment};
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return static_cast<int>(countersign::app::run(arguments, console));
}
