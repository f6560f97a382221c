// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>

#include "countersign/crypto/library.h"
#include "countersign/net/curl_transport.h"

#include "app/commands.h"
#include "app/completion.h"
#include "app/image_arguments.h"
#include "app/image_options.h"

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
  void add_list();
  void add_inspect();
  void add_review();
  void add_explain();
  void add_config();
  void add_policy();
  void add_others();

  CLI::App app_{
      "Admits only container images that carry a Notary Project signature by someone trusted",
      "countersign"};
  Action chosen_;
  bool online_ = false;
  bool strict_ = false;
  std::string config_, shell_, at_, code_, output_;
  ImageWords image_;
  ReviewOptions review_;
  PolicyTestOptions policy_test_;
};

CommandLine::CommandLine() {
  app_.require_subcommand(1);
  app_.formatter(std::make_shared<Help>());
  app_.set_version_flag("--version", "countersign " COUNTERSIGN_VERSION);
  app_.footer("Exit status: 0 yes, 1 no, 2 usage or configuration, 3 could not find out.");
  add_serve();
  add_verify();
  add_list();
  add_inspect();
  add_review();
  add_explain();
  add_config();
  add_policy();
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

// A command about one image: its words are understood, then it runs.
template <class Command>
Action about_image(ImageWords& words, std::string_view for_people, Command* command) {
  return [&words, for_people, command](Console& console) {
    auto options = understand(std::move(words), for_people);
    return options ? command(*options, console) : complain({options.error().detail}, console);
  };
}

void CommandLine::add_verify() {
  offer_verify(
      command(app_, "verify", "Judge one image as the webhook would",
              "countersign verify --notation-config ~/.config/notation ghcr.io/team/app@sha256:...",
              about_image(image_, "text", &app::verify)),
      image_);
}

void CommandLine::add_list() {
  offer_list(command(app_, "list", "List the signatures of an image",
                     "countersign list ghcr.io/team/app@sha256:...",
                     about_image(image_, "tree", &app::list)),
             image_);
}

void CommandLine::add_inspect() {
  offer_inspect(
      command(app_, "inspect", "Show everything in the signatures of an image, and their verdicts",
              "countersign inspect -o json ghcr.io/team/app@sha256:...",
              about_image(image_, "tree", &app::inspect)),
      image_);
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

void CommandLine::add_explain() {
  auto& explain = command(app_, "explain", "Explain the code of a denial, or list all codes",
                          "countersign explain SIGNATURE_NOT_FOUND",
                          [this](Console& console) { return app::explain(code_, console); });
  explain.add_option("code", code_, "As in a denial; all of them without it")->type_name("CODE");
}

void CommandLine::add_config() {
  auto& config = command(app_, "config", "Work with a configuration file",
                         "countersign config check config.yaml", {});
  config.require_subcommand(1);
  auto& check = command(config, "check", "Say OK, or what is wrong, as FILE:LINE:COLUMN",
                        "countersign config check config.yaml", [this](Console& console) {
                          return config_check(config_, online_ ? Reach::Online : Reach::Offline,
                                              strict_ ? Remarks::Refused : Remarks::Shown, console);
                        });
  check.add_flag("--online", online_,
                 "Try every identity, key vault, trust store and registry that it names, too");
  check.add_flag("--strict", strict_, "End with 2 when there are warnings");
  check.add_option("file", config_, "Configuration file")->required()->type_name("FILE");
  auto& show = command(config, "show", "Print every key with its value; secrets are masked",
                       "countersign config show config.yaml",
                       [this](Console& console) { return config_show(config_, console); });
  show.add_option("file", config_, "Configuration file")->required()->type_name("FILE");
}

void CommandLine::add_policy() {
  auto& policy = command(app_, "policy", "Try the rules of a configuration",
                         "countersign policy test cases/", {});
  policy.require_subcommand(1);
  auto& test =
      command(policy, "test", "Hold what the webhook would answer against what is expected",
              "countersign policy test --config config.yaml cases/", [this](Console& console) {
                const auto at = parse_at(at_);
                if (!at) {
                  return complain({at.error().detail}, console);
                }
                policy_test_.at = *at;
                policy_test_.output = output_ == "json" ? Output::Json : Output::Text;
                return app::policy_test(policy_test_, console);
              });
  test.add_option("folder", policy_test_.folder, "Folder with cases")->required()->type_name("DIR");
  test.add_option("--config", policy_test_.config, "Configuration file [DIR/countersign.yaml]")
      ->type_name("FILE");
  test.add_option("-o,--output", output_, "Format of the output [text]")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->type_name("text|json");
  test.add_option("--at", at_, "Judge as if it were this time")->type_name("RFC3339");
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

// The codes that `explain` takes are completed like commands.
CommandSpec with_codes(CommandSpec spec) {
  for (auto& command : spec.commands) {
    if (command.name == "explain") {
      for (const auto reason : all_reasons()) {
        command.commands.push_back(
            {std::string(wire_name(reason)), std::string(meaning(reason)), {}, {}});
      }
    }
  }
  return spec;
}

void CommandLine::add_others() {
  command(app_, "version", "Print the version", "countersign version", [](Console& console) {
    console.out << "countersign " COUNTERSIGN_VERSION "\nOpenSSL " << crypto::openssl_version()
                << "\nlibcurl " << net::libcurl_version() << '\n';
    return Exit::Yes;
  });
  auto& completion = command(app_, "completion", "Print a completion script for a shell",
                             "source <(countersign completion bash)", [this](Console& console) {
                               const auto shell = parse_shell(shell_);
                               if (!shell) {
                                 return complain({shell.error().detail}, console);
                               }
                               console.out << completion_script(with_codes(describe(app_)), *shell);
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
