// SPDX-License-Identifier: Apache-2.0
#include "app/signing_key.h"

#include <string_view>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/pem.h"

#include "app/file.h"
#include "app/signing_azure.h"

namespace countersign::app {
namespace {

// The first line of the file: editors end it, and a passphrase has no line's end in it.
Result<Secret> read_passphrase(const std::string& file) {
  TRY(auto text, read_file(file, limits::kPassphraseBytes));
  const auto end = text.find_first_of("\r\n");
  Secret passphrase(text.substr(0, end));
  wipe(text);
  if (passphrase.empty()) {
    return fail(Reason::BadConfig, file + ": the first line, which is the passphrase, is empty");
  }
  return passphrase;
}

Result<crypto::PrivateKey> parse_key(std::string_view text, const KeyFiles& files) {
  if (files.passphrase.empty()) {
    return crypto::PrivateKey::parse_pem(text, Reason::BadConfig);
  }
  TRY(const auto passphrase, read_passphrase(files.passphrase));
  return crypto::PrivateKey::parse_pem(text, passphrase, Reason::BadConfig);
}

// Every certificate of a text that may hold keys, too.
Result<x509::Chain> certificates_in(const std::string& file, std::string_view text) {
  const auto blocks =
      codec::parse_pem(text, "CERTIFICATE", codec::OtherBlocks::Skip, Reason::BadConfig);
  if (!blocks) {
    return fail(Reason::BadConfig, file + ": " + blocks.error().detail);
  }
  x509::Chain certificates;
  for (const auto& block : *blocks) {
    auto certificate = x509::Certificate::parse_der(block.content, Reason::BadConfig);
    if (!certificate) {
      return fail(Reason::BadConfig, file + ": " + certificate.error().detail);
    }
    certificates.push_back(*std::move(certificate));
  }
  return certificates;
}

Result<x509::Chain> certificates_of(const KeyFiles& files, std::string_view key_text) {
  if (files.certificates.empty()) {
    return certificates_in(files.key, key_text);
  }
  TRY(const auto text, read_file(files.certificates, limits::kKeyFileBytes));
  return certificates_in(files.certificates, text);
}

Result<std::unique_ptr<signing::Signer>> signer_of(const KeyFiles& files, std::string_view text,
                                                   Time now) {
  auto key = parse_key(text, files);
  if (!key) {
    return fail(Reason::BadConfig, files.key + ": " + key.error().detail);
  }
  TRY(const auto certificates, certificates_of(files, text));
  auto chain = signing::signing_chain(key->public_key(), certificates, now);
  if (!chain) {
    const auto& place = files.certificates.empty() ? files.key : files.certificates;
    return fail(chain.error().reason, place + ": " + chain.error().detail);
  }
  return signing::local_signer(*std::move(key), *std::move(chain));
}

Result<SigningKey> key_in_file(const KeyFiles& files, const Clock& clock) {
  TRY(auto text, read_file(files.key, limits::kKeyFileBytes));
  auto signer = signer_of(files, text, clock.now());
  wipe(text);
  TRY(auto made, std::move(signer));
  return SigningKey{nullptr, std::move(made)};
}

Result<SigningKey> key_in_vault(const SignOptions& options, const Console& console,
                                const Clock& clock, courier::Observer& observer,
                                Deadline deadline) {
  const auto config = options.config.empty()
                          ? console.environment("COUNTERSIGN_CONFIG").value_or("")
                          : options.config;
  auto azure = signing_azure(config, Credential::FirstPresent, console, clock);
  if (!azure) {
    return fail(Reason::BadConfig, azure.error().front());
  }
  TRY_VOID(azure->access->start(observer));
  auto signer = vault_signer(options.vault_key, options.vault_chain, *azure->access,
                             azure->identity, deadline);
  if (!signer) {
    return fail(signer.error().reason, options.vault_key + ": " + signer.error().detail);
  }
  return SigningKey{std::move(azure->access), *std::move(signer)};
}

}  // namespace

Result<SigningKey> signing_key(const SignOptions& options, const Console& console,
                               const Clock& clock, courier::Observer& observer, Deadline deadline) {
  return options.files.key.empty() ? key_in_vault(options, console, clock, observer, deadline)
                                   : key_in_file(options.files, clock);
}

}  // namespace countersign::app
