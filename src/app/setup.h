// SPDX-License-Identifier: Apache-2.0
// Everything an Application is made of, wherever it was read from: a configuration file, Notation's
// own folder, the command line.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/admission/notation_verifier.h"
#include "countersign/admission/trust_holder.h"
#include "countersign/admission/verifier.h"
#include "countersign/net/curl_transport.h"
#include "countersign/policy/rule.h"
#include "countersign/registry/http_repository.h"
#include "countersign/registry/mirrored_repository.h"
#include "countersign/revocation/client.h"

#include "app/azure_access.h"
#include "app/credential_source.h"

namespace countersign::app {

struct StoreSetup {
  std::string where;  // "FILE:LINE:COLUMN" or a folder: for messages
  admission::StoreSource store;
};

struct RemoteSetup {  // a registry, or a mirror of one
  std::string where;
  std::string host;  // as references name it
  net::TransportOptions transport;
  registry::RegistrySettings settings;  // but for the scheme: plain http is the transport's choice
  std::unique_ptr<CredentialSource> credentials;
};

struct MirrorSetup : RemoteSetup {
  std::string prefix;  // before the repository's path; may be empty
  registry::Place::Word word = registry::Place::Word::Contents;
};

struct RegistrySetup : RemoteSetup {
  std::optional<std::filesystem::path> layout;  // instead of a network
  std::vector<MirrorSetup> mirrors;             // asked in this order, before the registry itself
  enum class Itself : std::uint8_t { NeverAsked, Asked };
  Itself itself = Itself::Asked;
};

struct RevocationSetup {
  std::string where = {};
  net::TransportOptions transport = {};  // plain http comes of itself
  revocation::Settings settings = {};
};

// A verifier as it was configured. It is made when what it needs is running: to read a
// configuration opens no connection and starts no thread.
class VerifierPlan {
 public:
  virtual ~VerifierPlan() = default;
  // The trust stores that its policy names, each once.
  virtual std::vector<trust::StoreName> stores() const = 0;
  // The checker is borrowed and outlives the verifier.
  virtual std::unique_ptr<admission::Verifier> make(
      admission::RevocationChecker&, std::shared_ptr<admission::EnvelopeCache>) const = 0;
};

struct Setup {
  policy::Rules rules;
  std::unique_ptr<VerifierPlan> verifier;
  RevocationSetup revocation;
  std::shared_ptr<AzureAccess> azure = nullptr;  // null: nothing of it was configured
  std::vector<StoreSetup> stores;
  std::vector<RegistrySetup> registries;
};

}  // namespace countersign::app
