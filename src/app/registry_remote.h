// SPDX-License-Identifier: Apache-2.0
// One registry behind a network, as it is used: its credentials, what is asked of it, what is
// remembered of it.
#pragma once
#include <memory>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/courier/courier.h"
#include "countersign/net/http_transport.h"
#include "countersign/registry/facts.h"
#include "countersign/registry/http_repository.h"
#include "countersign/registry/remembered_registry.h"

#include "app/credential_source.h"
#include "app/setup.h"

namespace countersign::app {

struct RegistryTools {  // borrowed; outlive the registries
  registry::Facts& facts;
  courier::Observer& observer;
  log::Logger& logger;
  const Clock& clock;
};

struct Remote {  // what stands below uses what stands above it
  std::unique_ptr<CredentialSource> credentials;
  std::unique_ptr<registry::Registry> wire;
  std::unique_ptr<registry::RememberedRegistry> registry;
};

// "https://", or "http://" where the configuration says so.
std::string scheme_of(const net::TransportOptions&);

// Takes the credentials and settings of the setup. The transport is borrowed. Asks nobody.
// Reason::BadConfig, with the setup's place.
[[nodiscard]] Result<Remote> make_remote(RemoteSetup&, net::HttpTransport&, const RegistryTools&);

// The setup of one registry of a family: the same, but that its credentials are its own.
// Reason::BadConfig: they can't be a family's.
[[nodiscard]] Result<RemoteSetup> member_of(const RemoteSetup& family, const std::string& host);

}  // namespace countersign::app
