// SPDX-License-Identifier: Apache-2.0
// How the status of certificates is asked for: a transport of its own, so that nothing that is
// allowed for a registry is allowed for an address in a certificate; the client with its caches;
// and the checker that verifiers see.
#pragma once
#include <memory>

#include "countersign/admission/notation_verifier.h"
#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/net/http_transport.h"
#include "countersign/revocation/client.h"

#include "app/setup.h"

namespace countersign::app {

class Revocation {
 public:
  // Clock and logger are borrowed. Reason::BadConfig, with the place.
  [[nodiscard]] static Result<std::unique_ptr<Revocation>> create(RevocationSetup, const Clock&,
                                                                  log::Logger&);

  revocation::Client& client() { return *client_; }
  const revocation::Client& client() const { return *client_; }
  admission::RevocationChecker& checker() { return *checker_; }

 private:
  Revocation(std::unique_ptr<net::HttpTransport>, revocation::Settings, const Clock&, log::Logger&);

  std::unique_ptr<net::HttpTransport> http_;
  std::unique_ptr<revocation::Client> client_;             // uses http_
  std::unique_ptr<admission::RevocationChecker> checker_;  // uses client_
};

}  // namespace countersign::app
