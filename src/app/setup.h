// SPDX-License-Identifier: Apache-2.0
// Everything an Application is made of, wherever it was read from: a configuration file, Notation's
// own folder, the command line.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/admission/trust_holder.h"
#include "countersign/admission/verifier.h"
#include "countersign/net/curl_transport.h"
#include "countersign/policy/rule.h"
#include "countersign/registry/credential_provider.h"

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
  std::unique_ptr<registry::CredentialProvider> credentials;  // null with a layout
};

struct Setup {
  policy::Rules rules;
  std::shared_ptr<const admission::Verifier> verifier;
  std::vector<StoreSetup> stores;
  std::vector<RegistrySetup> registries;
};

}  // namespace countersign::app
