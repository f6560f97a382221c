// SPDX-License-Identifier: Apache-2.0
// Everything an Application is made of, wherever it was read from: a configuration file, Notation's
// own folder, the command line.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/admission/namespaces.h"
#include "countersign/admission/notation_verifier.h"
#include "countersign/admission/trust_holder.h"
#include "countersign/admission/verifier.h"
#include "countersign/azure/registry_family.h"
#include "countersign/kube/workloads.h"
#include "countersign/net/curl_transport.h"
#include "countersign/policy/rule.h"
#include "countersign/registry/http_repository.h"
#include "countersign/registry/mirrored_repository.h"
#include "countersign/revocation/client.h"

#include "app/azure_access.h"
#include "app/cluster_access.h"
#include "app/config_document.h"
#include "app/credential_source.h"

namespace countersign::app {

struct StoreSetup {
  std::string where;  // "FILE:LINE:COLUMN" or a folder: for messages
  admission::StoreSource store;
  Version version = {};  // of all that says what is in it
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
  // All registries of a cloud; the host is then how that is written, and nobody's name.
  std::optional<azure::RegistryFamily> family;
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

struct StatementOutline {  // of a trust policy, whatever it is written in
  std::string name;
  std::vector<std::string> scopes;  // repositories as rules see them; "*" alone: all others
};

// A verifier as it was configured. It is made when what it needs is running: to read a
// configuration opens no connection and starts no thread.
class VerifierPlan {
 public:
  virtual ~VerifierPlan() = default;
  // The trust stores that its policy names, each once.
  virtual std::vector<trust::StoreName> stores() const = 0;
  virtual std::size_t most_signatures() const = 0;  // that are tried of one image
  virtual std::vector<StatementOutline> statements() const = 0;
  // What its policy may not be meant to say: one clause each, for `config check`.
  virtual std::vector<std::string> weaknesses() const = 0;
  // The checker is borrowed and outlives the verifier.
  virtual std::unique_ptr<admission::Verifier> make(
      admission::RevocationChecker&, std::shared_ptr<admission::EnvelopeCache>) const = 0;
};

// Equal versions of two setups: that part need not be made anew. Of setups that are never replaced
// they say nothing.
struct Versions {
  Version whole = {};
  Version network = {};     // registries and stores, and how they are reached
  Version registries = {};  // what was read from them stays true
  Version revocation = {};
};

struct VerificationSetup {
  std::string where;
  std::string name;
  std::unique_ptr<VerifierPlan> plan;  // null: something was wrong with it, which is noted
};

struct AdmissionPlaces {  // "FILE:LINE:COLUMN", for remarks
  std::vector<std::string> rules;
  std::string fallback, break_glass;
};

struct Setup {
  policy::Rules rules;
  std::vector<VerificationSetup> verifications;                 // rules name them by their places
  std::shared_ptr<admission::Namespaces> namespaces = nullptr;  // null: nobody knows labels
  RevocationSetup revocation;
  std::shared_ptr<AzureAccess> azure = nullptr;  // null: nothing of it was configured
  std::shared_ptr<ClusterAccess> cluster = nullptr;
  std::vector<StoreSetup> stores;
  std::vector<RegistrySetup> registries;
  Versions versions = {};
  kube::Workloads workloads = {};
};

}  // namespace countersign::app
