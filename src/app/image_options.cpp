// SPDX-License-Identifier: Apache-2.0
#include "app/image_options.h"

#include <string>

#include <CLI/CLI.hpp>

namespace countersign::app {
namespace {

void add_reference(CLI::App& command, ImageWords& words) {
  command
      .add_option("reference", words.options.reference, "Image, or FOLDER@DIGEST with --oci-layout")
      ->required()
      ->type_name("REFERENCE");
}

void add_references(CLI::App& command, ImageWords& words) {
  command
      .add_option("reference", words.options.references,
                  "Images, or FOLDER@DIGEST with --oci-layout")
      ->type_name("REFERENCE...");
  command
      .add_option("--file", words.options.list_file,
                  "More of them, one a line, # begins a comment; - for the standard input")
      ->type_name("FILE");
}

// Where it is.
CLI::Option* add_image(CLI::App& command, ImageWords& words) {
  auto& options = words.options;
  auto* const layout = command.add_flag_callback(
      "--oci-layout", [&options] { options.source = Source::OciLayout; },
      "The image is in an OCI layout folder");
  command.add_option("--scope", options.scope, "Repository that the layout stands for")
      ->type_name("REPOSITORY")
      ->needs(layout);
  return command.add_option("--config", options.config, "Trust and registries of the webhook")
      ->type_name("FILE");
}

void add_notation_folder(CLI::App& command, ImageWords& words, CLI::Option* config) {
  command
      .add_option("--notation-config", words.options.notation_config,
                  "Notation's folder: trust policy and trust store [$NOTATION_CONFIG, "
                  "~/.config/notation]")
      ->type_name("DIR")
      ->excludes(config);
}

void add_output(CLI::App& command, ImageWords& words, const std::string& choices) {
  const auto usual = choices.substr(0, choices.find('|'));
  command.add_option("-o,--output", words.output, "Format of the output [" + usual + "]")
      ->type_name(choices);
}

void add_time(CLI::App& command, ImageWords& words) {
  command.add_option("--at", words.at, "Judge as if it were this time")->type_name("RFC3339");
}

CLI::Option* add_limit(CLI::App& command, ImageWords& words, const std::string& what) {
  const auto usual = std::to_string(limits::kSignaturesPerImage);
  return command
      .add_option("--max-signatures", words.options.max_signatures, what + " [" + usual + "]")
      ->check(CLI::Range(std::size_t{1}, limits::kReferrers).description(""))
      ->type_name("N");
}

struct Wording {
  std::string name, type, description;
};

// With a configuration file, that says how things are reached.
void add_reach(CLI::App& command, CLI::Option* config, auto& value, const Wording& wording) {
  command.add_option(wording.name, value, wording.description)
      ->type_name(wording.type)
      ->allow_extra_args(false)
      ->excludes(config);
}

void add_registry(CLI::App& command, ImageWords& words, CLI::Option* config) {
  auto& options = words.options;
  add_reach(command, config, options.docker_config,
            {"--docker-config", "FILE",
             "Credentials [$DOCKER_CONFIG/config.json, ~/.docker/config.json]"});
  add_reach(command, config, options.ca_file,
            {"--ca-file", "FILE", "Certificate authorities of the registry, PEM"});
  add_reach(command, config, options.plain_http,
            {"--plain-http", "HOST", "Registry that is asked without TLS; repeatable"});
  add_reach(command, config, words.allowed,
            {"--allow-address", "CIDR", "Private or loopback addresses to allow; repeatable"});
  add_reach(
      command, config, words.resolve,
      {"--resolve", "HOST:PORT:ADDRESS:PORT", "Connect elsewhere; allows the address; repeatable"});
}

void add_revocation(CLI::App& command, ImageWords& words, CLI::Option* config) {
  add_reach(command, config, words.options.revocation_cache,
            {"--revocation-cache", "DIR", "Folder that keeps revocation lists [none]"});
}

}  // namespace

void offer_verify(CLI::App& command, ImageWords& words) {
  add_references(command, words);
  auto* const config = add_image(command, words);
  add_notation_folder(command, words, config);
  add_output(command, words, "text|json");
  add_time(command, words);
  command.add_flag_callback(
      "--explain", [&words] { words.options.evidence = policy::Evidence::Wanted; },
      "Say what every check rests on, and what to do about failures");
  command.add_option("-m,--user-metadata", words.metadata, "Must be signed along; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  add_limit(command, words, "Signatures to try")->excludes(config);
  add_registry(command, words, config);
  add_revocation(command, words, config);
}

void offer_list(CLI::App& command, ImageWords& words) {
  add_reference(command, words);
  auto* const config = add_image(command, words);
  add_output(command, words, "tree|table|json");
  add_limit(command, words, "Signatures to show");
  add_registry(command, words, config);
}

void offer_sign(CLI::App& command, ImageWords& words) {
  add_reference(command, words);
  auto* const config = add_image(command, words);
  add_output(command, words, "text|json");
  add_registry(command, words, config);
}

void offer_inspect(CLI::App& command, ImageWords& words) {
  add_reference(command, words);
  auto* const config = add_image(command, words);
  add_notation_folder(command, words, config);
  add_output(command, words, "tree|table|json");
  add_time(command, words);
  add_limit(command, words, "Signatures to show");
  add_registry(command, words, config);
  add_revocation(command, words, config);
}

}  // namespace countersign::app
