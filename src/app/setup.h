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
#include "countersign/revocation/client.h"

#include "app/credential_source.h"

namespace countersign::app {

struct StoreSetup {
  std::string where;  // "FILE:LINE:COLUMN" or a folder: for messages
  admission::StoreSource store;
};

struct RegistrySetup {
  std::string where;
  std::string host;                             // as references name it
  std::optional<std::filesystem::path> layout;  // instead of a network
  net::TransportOptions transport;
  std::vector<std::string> realms;
  std::unique_ptr<CredentialSource> credentials;  // null with a layout
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
  std::vector<StoreSetup> stores;
  std::vector<RegistrySetup> registries;
};

}  // namespace countersign::app
