// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_mode.h"

#include <exception>
#include <functional>
#include <istream>
#include <ostream>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/plugin/options.h"
#include "countersign/plugin/response.h"

#include "app/signing_azure.h"
#include "app/vault_signing.h"

namespace countersign::app {
namespace {

using plugin::Answer;

constexpr std::string_view kName = "notation-azure-kv";
constexpr std::string_view kUsage =
    "notation-azure-kv: signs with a key in Azure Key Vault, as a plugin of the Notation CLI\n"
    "Usage: notation-azure-kv get-plugin-metadata|describe-key|generate-signature < REQUEST\n"
    "It is the program countersign, version " COUNTERSIGN_VERSION "; docs/notation-plugin.md\n";

VaultChain chain_of(const plugin::Options& options) {
  switch (options.chain) {
    case plugin::Options::Chain::Secret:
      break;
    case plugin::Options::Chain::SelfSigned:
      return {.from = VaultChain::From::Certificate};
    case plugin::Options::Chain::File:
      return {.from = VaultChain::From::File, .file = options.ca_certs};
  }
  return {};
}

Credential credential_of(plugin::Options::Credential credential) {
  switch (credential) {
    case plugin::Options::Credential::FirstPresent:
      break;
    case plugin::Options::Credential::Environment:
      return Credential::Environment;
    case plugin::Options::Credential::Workload:
      return Credential::Workload;
    case plugin::Options::Credential::Managed:
      return Credential::Managed;
  }
  return Credential::FirstPresent;
}

std::string joined(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) {
    text += (text.empty() ? "" : "; ") + problem;
  }
  return text;
}

// All of it, or one byte more than is read anyway.
std::string read_request(std::istream& in) {
  std::string text(limits::kPluginRequestBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

using Use = std::function<Answer<std::string>(const signing::Signer&, Deadline)>;

// Finds the key that the request names, and its chain.
Answer<std::string> with_signer(const plugin::KeyRequest& request, const Console& console,
                                const Use& use) {
  TRY(const auto options, plugin::parse_options(request.config));
  const SystemClock clock;
  const auto deadline = Deadline::after(clock, limits::kSignWait);
  courier::SilentObserver observer;
  const auto config = console.environment("COUNTERSIGN_CONFIG").value_or("");
  auto azure = signing_azure(config, credential_of(options.credential), console, clock);
  if (!azure) {
    return plugin::refuse(plugin::ErrorCode::Validation,
                          "COUNTERSIGN_CONFIG: " + joined(azure.error()));
  }
  TRY_VOID(plugin::answer_of(azure->access->start(observer)));
  TRY(const auto signer,
      plugin::answer_of(vault_signer(request.key_id, chain_of(options), *azure->access,
                                     azure->identity, deadline)));
  return use(*signer, deadline);
}

Answer<std::string> describe(const Console& console) {
  TRY(const auto request, plugin::parse_key_request(read_request(console.in)));
  return with_signer(request, console, [&request](const signing::Signer& signer, Deadline) {
    return plugin::describe_key(request, signer);
  });
}

Answer<std::string> sign(const Console& console) {
  TRY(const auto request, plugin::parse_signature_request(read_request(console.in)));
  return with_signer(request, console,
                     [&request](const signing::Signer& signer, Deadline deadline) {
                       return plugin::generate_signature(request, signer, deadline);
                     });
}

Answer<std::string> answer(std::string_view command, const Console& console) {
  const auto known = plugin::parse_command(command);
  if (!known) {
    return plugin::refuse(plugin::ErrorCode::Validation,
                          "\"" + std::string(command) +
                              "\" is none of get-plugin-metadata, describe-key, "
                              "generate-signature");
  }
  switch (*known) {
    case plugin::Command::GetPluginMetadata:
      return plugin::metadata(COUNTERSIGN_VERSION);
    case plugin::Command::DescribeKey:
      return describe(console);
    case plugin::Command::GenerateSignature:
      return sign(console);
  }
  return plugin::refuse(plugin::ErrorCode::Generic, "no such command");
}

Exit fail_with(const plugin::Failure& failure, Console& console) {
  console.err << plugin::render(failure) << '\n';
  return Exit::No;
}

}  // namespace

bool is_plugin(std::string_view program) { return program.substr(program.rfind('/') + 1) == kName; }

Exit run_plugin(std::span<const std::string> arguments, Console& console) {
  if (arguments.empty() || arguments.front() == "--help") {
    console.out << kUsage;
    return Exit::Yes;
  }
  try {
    const auto said = answer(arguments.front(), console);
    if (!said) {
      return fail_with(said.error(), console);
    }
    console.out << *said << '\n';
    return Exit::Yes;
  } catch (const std::exception& thrown) {
    return fail_with(plugin::failure_of({Reason::Internal, thrown.what()}), console);
  }
}

}  // namespace countersign::app
