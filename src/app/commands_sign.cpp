// SPDX-License-Identifier: Apache-2.0
// sign: the command's words.
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "countersign/base/limits_signing.h"
#include "countersign/net/url.h"

#include "app/command_set.h"
#include "app/duration.h"
#include "app/image_arguments.h"
#include "app/image_options.h"
#include "app/sign.h"

namespace countersign::app {
namespace {

struct SignWords {
  ImageWords image;  // -m among them
  KeyFiles files;
  std::string vault_key, ca_certs, format = "cose", life, timestamp_url, timestamp_roots;
  bool self_signed = false, always_tag = false, dry_run = false;
};

Result<signing::Format> format_of(const std::string& word) {
  if (word == "cose") {
    return signing::Format::Cose;
  }
  if (word == "jws") {
    return signing::Format::Jws;
  }
  return fail(Reason::BadConfig, "--signature-format: \"" + word + "\" is neither cose nor jws");
}

Result<std::optional<std::chrono::seconds>> life_of(const std::string& word) {
  if (word.empty()) {
    return std::nullopt;
  }
  const auto life = parse_period(word);
  if (!life) {
    return fail(Reason::BadConfig, "--expiry: " + life.error().detail);
  }
  if (life->count() < 1 || *life > limits::kExpiryMost) {
    return fail(Reason::BadConfig, "--expiry: from one second to a hundred years");
  }
  return *life;
}

Result<VaultChain> chain_of(const SignWords& words) {
  if (words.self_signed) {
    return VaultChain{.from = VaultChain::From::Certificate};
  }
  if (!words.ca_certs.empty()) {
    return VaultChain{.from = VaultChain::From::File, .file = words.ca_certs};
  }
  return VaultChain{};
}

Result<void> check_key(const SignWords& words) {
  if (words.files.key.empty() == words.vault_key.empty()) {
    return fail(Reason::BadConfig, "either --key or --key-vault-key is expected");
  }
  return {};
}

Result<void> check_timestamp(const SignWords& words) {
  if (words.timestamp_url.empty()) {
    return {};
  }
  const auto url = net::Url::parse(words.timestamp_url, Reason::BadConfig);
  if (!url) {
    return fail(Reason::BadConfig, "--timestamp-url: " + url.error().detail);
  }
  return {};
}

Result<SignOptions> understand(SignWords words) {
  TRY_VOID(check_key(words));
  TRY_VOID(check_timestamp(words));
  SignOptions options;
  TRY(options.vault_chain, chain_of(words));
  TRY(options.format, format_of(words.format));
  TRY(options.life, life_of(words.life));
  TRY(auto image, understand(std::move(words.image), "text"));
  options.metadata = std::move(image.metadata);
  static_cast<ImageOptions&>(options) = std::move(image);
  options.files = std::move(words.files);
  options.vault_key = std::move(words.vault_key);
  options.timestamp_url = std::move(words.timestamp_url);
  options.timestamp_roots = std::move(words.timestamp_roots);
  options.tag =
      words.always_tag ? registry::ReferrersTag::Always : registry::ReferrersTag::WhereNeeded;
  options.effect = words.dry_run ? SignOptions::Effect::None : SignOptions::Effect::Stored;
  return options;
}

void offer_key(CLI::App& command, SignWords& words) {
  auto* const key =
      command
          .add_option("--key", words.files.key, "Private key, PEM; its certificates may be in it")
          ->type_name("FILE");
  command
      .add_option("--certificates", words.files.certificates,
                  "Certificates of the key up to the root, PEM, in any order")
      ->type_name("FILE")
      ->needs(key);
  command
      .add_option("--passphrase-file", words.files.passphrase,
                  "The first line is the passphrase of the key")
      ->type_name("FILE")
      ->needs(key);
  auto* const vault =
      command
          .add_option("--key-vault-key", words.vault_key,
                      "Key in Azure Key Vault, https://VAULT/keys/NAME[/VERSION]; who asks is said "
                      "by --config, $COUNTERSIGN_CONFIG, or the environment")
          ->type_name("URL")
          ->excludes(key);
  auto* const self_signed = command.add_flag(
      "--self-signed", words.self_signed,
      "The vault's certificate is self-signed: read that alone, not the secret with the chain");
  self_signed->needs(vault);
  command
      .add_option("--ca-certs", words.ca_certs,
                  "What stands above the vault's certificate, PEM; then no secret is read")
      ->type_name("FILE")
      ->needs(vault)
      ->excludes(self_signed);
}

void offer_signature(CLI::App& command, SignWords& words) {
  command.add_option("--signature-format", words.format, "Format of the envelope [cose]")
      ->type_name("cose|jws");
  command
      .add_option("-e,--expiry", words.life,
                  "The signature ends after this time, 24h or 30d [never]")
      ->type_name("PERIOD");
  command.add_option("-m,--user-metadata", words.image.metadata, "Is signed, too; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  auto* const url = command
                        .add_option("--timestamp-url", words.timestamp_url,
                                    "RFC 3161 timestamp authority to be asked")
                        ->type_name("URL");
  auto* const roots = command
                          .add_option("--timestamp-root-cert", words.timestamp_roots,
                                      "Root certificate that the timestamp must end at, PEM or DER")
                          ->type_name("FILE");
  url->needs(roots);
  roots->needs(url);
  command.add_flag("--force-referrers-tag", words.always_tag,
                   "List it by the referrers tag, too, where the registry has the API");
  command.add_flag("--dry-run", words.dry_run,
                   "Make the signature and store it nowhere: say what would be stored");
}

}  // namespace

void add_sign(CommandSet& commands) {
  const auto words = std::make_shared<SignWords>();
  auto& command = commands.add(
      {.name = "sign",
       .description = "Sign an image, and store the signature beside it",
       .example = "countersign sign --key signer.key --certificates signer.crt "
                  "ghcr.io/team/app@sha256:...",
       .exits = "0 signed, 2 usage, or the key is not fit or not allowed to, 3 somebody did not "
                "answer, or the image changed"},
      [words](Console& console) {
        const auto options = understand(std::move(*words));
        return options ? sign(*options, console) : complain({options.error().detail}, console);
      });
  offer_key(command, *words);
  offer_signature(command, *words);
  offer_sign(command, words->image);
}

}  // namespace countersign::app
