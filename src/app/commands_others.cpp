// SPDX-License-Identifier: Apache-2.0
// explain, version, completion, man: commands about the program itself.
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "countersign/crypto/library.h"
#include "countersign/net/curl_transport.h"

#include "app/command_set.h"
#include "app/command_spec.h"
#include "app/completion.h"
#include "app/manual.h"

namespace countersign::app {
namespace {

void add_explain(CommandSet& commands) {
  const auto code = std::make_shared<std::string>();
  auto& explain = commands.add({.name = "explain",
                                .description = "Explain the code of a denial, or list all codes",
                                .example = "countersign explain SIGNATURE_NOT_FOUND",
                                .exits = "0 done, 2 there is no such code"},
                               [code](Console& console) { return app::explain(*code, console); });
  explain.add_option("code", *code, "As in a denial; all of them without it")->type_name("CODE");
}

Exit version(Console& console) {
  console.out << "countersign " COUNTERSIGN_VERSION "\nOpenSSL " << crypto::openssl_version()
              << "\nlibcurl " << net::libcurl_version() << '\n';
  return Exit::Yes;
}

void add_completion(CommandSet& commands) {
  const auto name = std::make_shared<std::string>();
  auto& completion = commands.add({.name = "completion",
                                   .description = "Print a completion script for a shell",
                                   .example = "source <(countersign completion bash)",
                                   .exits = "0 done, 2 there is no such shell"},
                                  [name, &commands](Console& console) {
                                    const auto shell = parse_shell(*name);
                                    if (!shell) {
                                      return complain({shell.error().detail}, console);
                                    }
                                    console.out
                                        << completion_script(describe(commands.program()), *shell);
                                    return Exit::Yes;
                                  });
  completion.add_option("shell", *name, "bash, zsh or fish")
      ->required()
      ->type_name("bash|zsh|fish");
}

}  // namespace

void add_others(CommandSet& commands) {
  add_explain(commands);
  commands.add({.name = "version",
                .description = "Print the version",
                .example = "countersign version",
                .exits = "0"},
               version);
  add_completion(commands);
  commands.add({.name = "man",
                .description = "Print the manual page",
                .example = "countersign man | man -l -",
                .exits = "0"},
               [&commands](Console& console) {
                 console.out << manual_page(describe(commands.program()));
                 return Exit::Yes;
               });
}

}  // namespace countersign::app
