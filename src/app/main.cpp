// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <iostream>
#include <malloc.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "app/command_line.h"
#include "app/plugin_mode.h"

namespace {

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// glibc would give each thread an arena of its own, up to eight a core, and each keeps what was
// freed; and having freed one large buffer it would keep the next ones, too. A webhook has many
// threads that mostly wait, and holds large buffers only for moments.
void keep_memory_small() {
  constexpr int kArenas = 4;
  constexpr int kLargeBytes = 128 * 1024;  // what glibc begins with; set, it stays
  ::mallopt(M_ARENA_MAX, kArenas);
  ::mallopt(M_MMAP_THRESHOLD, kLargeBytes);
}

}  // namespace

// GnuTLS comes along with libraries that libcurl has for protocols which we forbid, and asks this
// (gnutls.h, GNUTLS_SKIP_GLOBAL_INIT) whether it is to prepare itself at the start: that costs
// megabytes and milliseconds for nothing. libcurl's own TLS is OpenSSL.
extern "C" {
int _gnutls_global_init_skip();  // NOLINT(bugprone-reserved-identifier)
[[gnu::visibility("default")]] int
_gnutls_global_init_skip() {  // NOLINT(bugprone-reserved-identifier)
  return 1;
}
}

int main(int argc, char** argv) {
  using countersign::app::Colour;
  using countersign::app::Progress;
  keep_memory_small();
  const bool coloured = ::isatty(STDOUT_FILENO) == 1 && !environment("NO_COLOR") &&
                        environment("TERM").value_or("dumb") != "dumb";
  countersign::app::Console console{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .colour = coloured ? Colour::Always : Colour::Never,
      .environment = environment,
      .progress = ::isatty(STDERR_FILENO) == 1 ? Progress::Shown : Progress::Never};
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const auto run = argc > 0 && countersign::app::is_plugin(argv[0]) ? countersign::app::run_plugin
                                                                    : countersign::app::run;
  return static_cast<int>(run(arguments, console));
}
