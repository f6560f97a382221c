// SPDX-License-Identifier: Apache-2.0
// The sections `server` and `gatekeeper` of the configuration.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "countersign/base/limits.h"
#include "countersign/cluster/resource.h"
#include "countersign/serving/certificate_keeper.h"

#include "app/serving_files.h"

namespace countersign::app {

// From the wish to stop until the process has gone.
struct Drain {
  std::chrono::seconds delay = limits::kDrainDelay;  // not ready, but serving as before
  std::chrono::seconds wait = limits::kDrainWait;    // all of it, the delay included
};

struct GatekeeperSetup {  // the external data provider
  std::chrono::milliseconds timeout{};
  std::string verifier;  // the name that reports carry
  // A listener of its own; without one it shares the webhook's.
  struct Listener {
    std::string where;
    std::string listen;
    ServingFiles tls;  // without a certificate: the webhook's, which keeps itself
  };
  std::optional<Listener> listener = {};
};

struct ServerSetup {
  std::string where;  // of `server`, for what is only found out when it starts
  std::string where_admin;
  std::string listen;
  ServingFiles tls;
  std::optional<serving::KeeperSetup> self_managed = {};  // instead of the files
  // The ValidatingWebhookConfiguration by which the API server asks us, to be looked at.
  std::optional<cluster::Resource> registration = {};
  std::string admin_listen;
  Drain drain;
  std::optional<GatekeeperSetup> gatekeeper = {};  // none: there is no such endpoint
};

}  // namespace countersign::app
