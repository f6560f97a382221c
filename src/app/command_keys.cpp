// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/key_generator.h"
#include "countersign/x509/issue_signer.h"
#include "countersign/x509/name.h"

#include "app/commands.h"
#include "app/file.h"
#include "app/new_files.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAnchorFile = "ca.crt";

struct Names {  // of the files
  std::string key, certificates;
};

// A common name may hold anything; a file's name here is what no shell and no file system minds.
Result<Names> file_names(const x509::Subject& subject) {
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  auto stem = subject.common_name().empty() ? "signer" : subject.common_name();
  std::ranges::replace_if(stem, [](char each) { return !kPlain.contains(each); }, '-');
  if (stem.starts_with('.') || stem.starts_with('-')) {
    stem.front() = '_';
  }
  if (stem == "ca") {
    return fail(Reason::BadConfig, "ca.crt is what is to be trusted; take another common name");
  }
  return Names{stem + ".key", stem + ".crt"};
}

// One line, whose end does not count.
Result<Secret> read_passphrase(const std::string& file) {
  TRY(auto text, read_file(file, limits::kPassphraseBytes));
  while (text.ends_with('\n') || text.ends_with('\r')) {
    text.pop_back();
  }
  Secret passphrase(text);
  wipe(text);
  if (passphrase.empty() || passphrase.reveal().contains('\n')) {
    return fail(Reason::BadConfig, file + ": one line with the passphrase is expected");
  }
  return passphrase;
}

Result<Secret> as_written(const Secret& key, const std::string& passphrase_file) {
  if (passphrase_file.empty()) {
    return key;
  }
  TRY(const auto passphrase, read_passphrase(passphrase_file));
  return crypto::encrypt_key(key, passphrase);
}

std::string concatenated(const std::vector<std::string>& certificates) {
  std::string text;
  for (const auto& each : certificates) {
    text += each;
  }
  return text;
}

// How a trust policy names the signer: "*" where its subject lacks what an identity must have.
std::string identity_of(const x509::Certificate& leaf) {
  const auto name = x509::Name::parse_der(leaf.subject_der(), Reason::Internal);
  return name && name->matches(*name) ? "x509.subject: " + leaf.subject()
                                      : "* (an identity needs C, ST and O)";
}

// A path that a shell takes as one word.
std::string word(const fs::path& path) {
  const auto text = path.string();
  return text.find_first_of(" '\"\\$&;|<>()*?[]`#!") == std::string::npos ? text : "'" + text + "'";
}

std::string how_to_sign(const KeysOptions& options, const Names& names) {
  const fs::path folder = options.folder;
  switch (options.purpose) {
    case x509::Purpose::CodeSigning:
      return "countersign sign --key " + word(folder / names.key) + " --certificates " +
             word(folder / names.certificates) +
             (options.passphrase_file.empty()
                  ? ""
                  : " --passphrase-file " + word(options.passphrase_file)) +
             " REFERENCE";
    case x509::Purpose::Timestamping:
      return "countersign sign --timestamp-url URL --timestamp-root-cert " +
             word(folder / kAnchorFile) + " ... REFERENCE";
  }
  return "";
}

std::string summary(const KeysOptions& options, const Names& names,
                    const x509::IssuedSigner& issued) {
  const fs::path folder = options.folder;
  const auto& leaf = issued.certificates.front();
  const auto& anchor = issued.certificates.back();
  const std::string store = options.purpose == x509::Purpose::CodeSigning ? "ca" : "tsa";
  return report_line("", "subject", leaf.subject()) +
         report_line("", "key", std::string(leaf.public_key().description())) +
         report_line("", "ends", codec::format_rfc3339(leaf.not_after())) +
         report_line("", "private key", (folder / names.key).string()) +
         report_line("", "certificates",
                     (folder / names.certificates).string() + " (" +
                         std::to_string(issued.certificates.size()) + ")") +
         report_line("", "to be trusted", (folder / kAnchorFile).string()) +
         report_line("", "  thumbprint", anchor.thumbprint()) +
         report_line("", "  in a store of type", store) +
         report_line("", "trusted identity", identity_of(leaf)) +
         report_line("", "sign with", how_to_sign(options, names));
}

Result<x509::IssuedSigner> issue(const KeysOptions& options, const Clock& clock) {
  return x509::issue_signer({.subject = options.subject,
                             .purpose = options.purpose,
                             .algorithm = options.algorithm,
                             .lineage = options.lineage,
                             .term = {clock.now(), options.life}});
}

}  // namespace

Exit keys_generate(const KeysOptions& options, const Clock& clock, Console& console) {
  const auto names = file_names(options.subject);
  if (!names) {
    return complain({names.error().detail}, console);
  }
  const auto issued = issue(options, clock);
  const auto key = issued ? as_written(issued->key, options.passphrase_file)
                          : Result<Secret>(std::unexpected(issued.error()));
  if (!key) {
    return complain({key.error().detail}, console);
  }
  const auto certificates = concatenated(issued->chain);
  const auto written = write_new_files(options.folder,
                                       {{names->key, key->reveal(), Readers::Owner},
                                        {names->certificates, certificates, Readers::Everybody},
                                        {kAnchorFile, issued->chain.back(), Readers::Everybody}},
                                       options.overwrite);
  if (!written) {
    return complain({written.error().detail}, console);
  }
  console.out << summary(options, *names, *issued);
  return Exit::Yes;
}

}  // namespace countersign::app
