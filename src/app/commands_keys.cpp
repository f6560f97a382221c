// SPDX-License-Identifier: Apache-2.0
// keys generate, certificate check: commands about keys and certificates.
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "countersign/base/limits_signing.h"

#include "app/command_set.h"
#include "app/duration.h"
#include "app/image_arguments.h"

namespace countersign::app {
namespace {

using crypto::SignatureAlgorithm;

constexpr std::array<std::pair<std::string_view, SignatureAlgorithm>, 6> kAlgorithms{
    {{"rsa-2048", SignatureAlgorithm::RsaPssSha256},
     {"rsa-3072", SignatureAlgorithm::RsaPssSha384},
     {"rsa-4096", SignatureAlgorithm::RsaPssSha512},
     {"p256", SignatureAlgorithm::EcdsaSha256},
     {"p384", SignatureAlgorithm::EcdsaSha384},
     {"p521", SignatureAlgorithm::EcdsaSha512}}};
constexpr std::array<std::pair<std::string_view, x509::Purpose>, 2> kPurposes{
    {{"signing", x509::Purpose::CodeSigning}, {"timestamping", x509::Purpose::Timestamping}}};
constexpr std::array<std::pair<std::string_view, As>, 4> kAs{{{"signer", As::Signer},
                                                              {"timestamper", As::Timestamper},
                                                              {"ca", As::CaAnchor},
                                                              {"tsa", As::TsaAnchor}}};

template <class Value, std::size_t count>
Result<Value> chosen(const std::array<std::pair<std::string_view, Value>, count>& choices,
                     std::string_view option, std::string_view word) {
  for (const auto& [name, value] : choices) {
    if (name == word) {
      return value;
    }
  }
  return fail(Reason::BadConfig, std::string(option) + ": \"" + std::string(word) +
                                     "\" is not one of those that --help names");
}

struct KeysWords {
  std::string common_name, subject, passphrase_file;
  std::string folder = ".", algorithm = "p256", purpose = "signing", life = "365d";
  bool chain = false, force = false;
};

// A common name alone gets what a trusted identity must have beside it.
Result<x509::Subject> subject_of(const KeysWords& words) {
  if (words.common_name.empty() == words.subject.empty()) {
    return fail(Reason::BadConfig, "either a common name or --subject is expected");
  }
  if (!words.subject.empty()) {
    return x509::Subject::parse(words.subject, Reason::BadConfig);
  }
  TRY_VOID(x509::Subject::of_common_name(words.common_name, Reason::BadConfig));
  TRY(const auto usual, x509::Subject::parse("O=Test,ST=Test,C=XX", Reason::BadConfig));
  return usual.with_common_name(words.common_name);
}

Result<std::chrono::seconds> life_of(const std::string& text) {
  TRY(const auto life, parse_period(text));
  if (life.count() < 1 || life > limits::kIssuedLifeMost) {
    return fail(Reason::BadConfig, "--life: from one second to a hundred years");
  }
  return life;
}

// A trust store of type tsa takes nothing but roots.
x509::Lineage lineage_of(const KeysWords& words, x509::Purpose purpose) {
  return words.chain || purpose == x509::Purpose::Timestamping ? x509::Lineage::UnderRoot
                                                               : x509::Lineage::SelfSigned;
}

Result<KeysOptions> understand(const KeysWords& words) {
  TRY(auto subject, subject_of(words));
  TRY(const auto algorithm, chosen(kAlgorithms, "--algorithm", words.algorithm));
  TRY(const auto purpose, chosen(kPurposes, "--purpose", words.purpose));
  TRY(const auto life, life_of(words.life));
  return KeysOptions{.subject = std::move(subject),
                     .purpose = purpose,
                     .algorithm = algorithm,
                     .lineage = lineage_of(words, purpose),
                     .life = life,
                     .folder = words.folder,
                     .passphrase_file = words.passphrase_file,
                     .overwrite = words.force ? Overwrite::Allow : Overwrite::Refuse};
}

Exit understand_and_generate(const KeysWords& words, Console& console) {
  const auto options = understand(words);
  return options ? keys_generate(*options, SystemClock(), console)
                 : complain({options.error().detail}, console);
}

void add_generate(CommandSet& commands, CLI::App& keys) {
  const auto words = std::make_shared<KeysWords>();
  auto& generate =
      commands.add(keys,
                   {.name = "generate",
                    .description = "Make a key with its certificates, for tests and demonstrations",
                    .example = "countersign keys generate --out demo signer.example",
                    .exits = "0 done, 2 usage, or a file is there already"},
                   [words](Console& console) { return understand_and_generate(*words, console); });
  generate.add_option("name", words->common_name, "Common name; with O=Test, ST=Test, C=XX")
      ->type_name("NAME");
  generate.add_option("--subject", words->subject, "Whole subject: CN=...,O=...,ST=...,C=...")
      ->type_name("DN");
  generate.add_option("--algorithm", words->algorithm, "Of all keys [p256]")
      ->type_name("rsa-2048|rsa-3072|rsa-4096|p256|p384|p521");
  generate.add_option("--purpose", words->purpose, "Of the certificate [signing]")
      ->type_name("signing|timestamping");
  generate.add_flag("--chain", words->chain,
                    "Under an intermediate CA and a root, not self-signed; always so for "
                    "timestamping");
  generate.add_option("--life", words->life, "Until the certificates end [365d]")
      ->type_name("PERIOD");
  generate.add_option("--out", words->folder, "Folder for NAME.key, NAME.crt and ca.crt [.]")
      ->type_name("DIR");
  generate
      .add_option("--passphrase-file", words->passphrase_file,
                  "Encrypt the key with what stands there")
      ->type_name("FILE");
  generate.add_flag("--force", words->force, "Overwrite files");
}

struct CheckWords {
  CertificateOptions options;
  std::string as = "signer", at, output;
};

Result<CertificateOptions> understand(const CheckWords& words) {
  auto options = words.options;
  TRY(options.as, chosen(kAs, "--as", words.as));
  TRY(options.at, parse_at(words.at));
  options.output = output_of(words.output);
  return options;
}

Exit understand_and_check(const CheckWords& words, Console& console) {
  const auto options = understand(words);
  return options ? certificate_check(*options, console)
                 : complain({options.error().detail}, console);
}

void add_certificate_check(CommandSet& commands, CLI::App& certificate) {
  const auto words = std::make_shared<CheckWords>();
  auto& check = commands.add(
      certificate,
      {.name = "check",
       .description = "Say whether certificates would be accepted, and everything that is wrong",
       .example = "countersign certificate check --key signer.key signer.crt",
       .exits = "0 would be accepted, 1 would not, 2 usage, or a file can't be read",
       .painted = Painted::Yes},
      [words](Console& console) { return understand_and_check(*words, console); });
  check.add_option("file", words->options.file, "Certificates, PEM in any order, or one in DER")
      ->required()
      ->type_name("FILE");
  check
      .add_option("--as", words->as,
                  "Signer of images, of timestamps, or in a trust store of type ca, tsa [signer]")
      ->type_name("signer|timestamper|ca|tsa");
  check.add_option("--key", words->options.key_file, "Private key that must belong to the signer")
      ->type_name("FILE");
  offer_output(check, words->output);
  offer_at(check, words->at);
}

}  // namespace

void add_key_commands(CommandSet& commands) {
  auto& keys = commands.add_group("keys", "Work with keys for tests",
                                  "countersign keys generate signer.example");
  add_generate(commands, keys);
  auto& certificate = commands.add_group("certificate", "Work with certificates",
                                         "countersign certificate check signer.crt");
  add_certificate_check(commands, certificate);
}

}  // namespace countersign::app
