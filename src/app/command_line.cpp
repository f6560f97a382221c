// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/completion.h"
#include "app/verify_arguments.h"

namespace countersign::app {
namespace {

using Action = std::function<Exit(Console&)>;

// Help that names what an option takes, without the rules about other options.
class Help final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const auto type = option->get_type_name();
    return (type.empty() ? "" : " " + type) + (option->get_required() ? " REQUIRED" : "");
  }
};

class CommandLine {
 public:
  CommandLine();
  Exit run(std::span<const std::string> arguments, Console&);

 private:
  CLI::App& command(CLI::App& parent, std::string name, const std::string& description,
                    const std::string& example, Action);
  void add_serve();
  void add_verify();
  void add_registry_options(CLI::App& verify, CLI::Option* config);
  void add_review();
  void add_config();
  void add_others();

  CLI::App app_{
      "Admits only container images that carry a Notary Project signature by someone trusted",
      "countersign"};
  Action chosen_;
  std::string config_, shell_, at_;
  VerifyWords verify_;
  ReviewOptions review_;
};

CommandLine::CommandLine() {
  app_.require_subcommand(1);
  app_.formatter(std::make_shared<Help>());
  app_.set_version_flag("--version", "countersign " COUNTERSIGN_VERSION);
  app_.footer("Exit status: 0 yes, 1 no, 2 usage or configuration, 3 could not find out.");
  add_serve();
  add_verify();
  add_review();
  add_config();
  add_others();
}

CLI::App& CommandLine::command(CLI::App& parent, std::string name, const std::string& description,
                               const std::string& example, Action action) {
  auto& added = *parent.add_subcommand(std::move(name), description);
  added.footer("Example:\n  " + example);
  if (action) {
    added.callback([this, action = std::move(action)] { chosen_ = action; });
  }
  return added;
}

void CommandLine::add_serve() {
  auto& serve = command(app_, "serve", "Run the webhook",
                        "countersign serve --config /etc/countersign/config.yaml",
                        [this](Console& console) { return app::serve(config_, console); });
  serve.add_option("--config", config_, "Configuration file")->required()->type_name("FILE");
}

void CommandLine::add_verify() {
  auto& verify =
      command(app_, "verify", "Judge one image as the webhook would",
              "countersign verify --notation-config ~/.config/notation ghcr.io/team/app@sha256:...",
              [this](Console& console) {
                auto options = understand(std::move(verify_));
                return options ? app::verify(*options, console)
                               : complain({options.error().detail}, console);
              });
  auto& options = verify_.options;
  verify.add_option("reference", options.reference, "Image, or FOLDER@DIGEST with --oci-layout")
      ->required()
      ->type_name("REFERENCE");
  auto* const config =
      verify.add_option("--config", options.config, "Trust and registries of the webhook")
          ->type_name("FILE");
  verify
      .add_option("--notation-config", options.notation_config,
                  "Notation's folder: trust policy and trust store [$NOTATION_CONFIG, "
                  "~/.config/notation]")
      ->type_name("DIR")
      ->excludes(config);
  verify.add_option("-o,--output", verify_.output, "Format of the report [text]")
      ->type_name("text|json");
  verify.add_option("--at", verify_.at, "Judge as if it were this time")->type_name("RFC3339");
  verify.add_option("-m,--user-metadata", verify_.metadata, "Must be signed along; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  verify.add_option("--max-signatures", options.max_signatures, "Signatures to try")
      ->check(CLI::Range(std::size_t{1}, limits::kReferrers).description(""))
      ->type_name("N")
      ->excludes(config);
  auto* const layout = verify.add_flag_callback(
      "--oci-layout", [&options] { options.source = Source::OciLayout; },
      "The image is in an OCI layout folder");
  verify.add_option("--scope", options.scope, "Repository that the layout stands for")
      ->type_name("REPOSITORY")
      ->needs(layout);
  add_registry_options(verify, config);
}

void CommandLine::add_registry_options(CLI::App& verify, CLI::Option* config) {
  auto& options = verify_.options;
  const auto add = [&verify, config](std::string name, auto& value, std::string description,
                                     const std::string& type) {
    verify.add_option(std::move(name), value, std::move(description))
        ->type_name(type)
        ->allow_extra_args(false)
        ->excludes(config);
  };
  add("--docker-config", options.docker_config,
      "Credentials [$DOCKER_CONFIG/config.json, ~/.docker/config.json]", "FILE");
  add("--ca-file", options.ca_file, "Certificate authorities of the registry, PEM", "FILE");
  add("--plain-http", options.plain_http, "Registry that is asked without TLS; repeatable", "HOST");
  add("--allow-address", verify_.allowed, "Private or loopback addresses to allow; repeatable",
      "CIDR");
  add("--resolve", verify_.resolve, "Connect elsewhere; allows the address; repeatable",
      "HOST:PORT:ADDRESS:PORT");
}

void CommandLine::add_review() {
  auto& review = command(app_, "review",
                         "Print what the webhook would answer to a manifest or AdmissionReview",
                         "kubectl create deployment web --image=nginx --dry-run=client -o yaml |\n"
                         "    countersign review --config config.yaml -",
                         [this](Console& console) {
                           const auto at = parse_at(at_);
                           if (!at) {
                             return complain({at.error().detail}, console);
                           }
                           review_.at = *at;
                           return app::review(review_, console);
                         });
  review.add_option("file", review_.file, "JSON or YAML; - for the standard input")
      ->required()
      ->type_name("FILE");
  review.add_option("--config", review_.config, "Configuration file")
      ->required()
      ->type_name("FILE");
  review.add_option("-n,--namespace", review_.name_space, "Of manifests that name none [default]")
      ->type_name("NAME");
  review.add_option("--at", at_, "Judge as if it were this time")->type_name("RFC3339");
}

void CommandLine::add_config() {
  auto& config = command(app_, "config", "Work with a configuration file",
                         "countersign config check config.yaml", {});
  config.require_subcommand(1);
  auto& check = command(config, "check", "Say OK, or what is wrong, as FILE:LINE:COLUMN",
                        "countersign config check config.yaml",
                        [this](Console& console) { return config_check(config_, console); });
  check.add_option("file", config_, "Configuration file")->required()->type_name("FILE");
  auto& show = command(config, "show", "Print every key with its value; secrets are masked",
                       "countersign config show config.yaml",
                       [this](Console& console) { return config_show(config_, console); });
  show.add_option("file", config_, "Configuration file")->required()->type_name("FILE");
}

CommandSpec describe(const CLI::App& app) {
  CommandSpec spec{app.get_name(), app.get_description(), {}, {}};
  for (const auto* const option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      spec.options.push_back({"--" + name, option->get_description()});
    }
    for (const auto& name : option->get_snames()) {
      spec.options.push_back({"-" + name, option->get_description()});
    }
  }
  for (const auto* const each : app.get_subcommands([](const CLI::App*) { return true; })) {
    spec.commands.push_back(describe(*each));
  }
  return spec;
}

void CommandLine::add_others() {
  command(app_, "version", "Print the version", "countersign version", [](Console& console) {
    console.out << "countersign " COUNTERSIGN_VERSION "\n";
    return Exit::Yes;
  });
  auto& completion = command(app_, "completion", "Print a completion script for a shell",
                             "source <(countersign completion bash)", [this](Console& console) {
                               const auto shell = parse_shell(shell_);
                               if (!shell) {
                                 return complain({shell.error().detail}, console);
                               }
                               console.out << completion_script(describe(app_), *shell);
                               return Exit::Yes;
                             });
  completion.add_option("shell", shell_, "bash, zsh or fish")->required()->type_name("SHELL");
}

Exit CommandLine::run(std::span<const std::string> arguments, Console& console) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
  try {
    app_.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    const bool done = app_.exit(error, console.out, console.err) == 0;  // help was asked for
    return done ? Exit::Yes : Exit::Usage;
  }
  return chosen_ ? chosen_(console) : Exit::Usage;
}

}  // namespace

Exit run(std::span<const std::string> arguments, Console& console) {
  try {
    return CommandLine().run(arguments, console);
  } catch (const std::exception& thrown) {
    console.err << "countersign: " << wire_name(Reason::Internal) << ": " << thrown.what() << '\n';
    return Exit::Unknown;
  }
}

}  // namespace countersign::app
