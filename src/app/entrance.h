// SPDX-License-Identifier: Apache-2.0
// The way in: the webhook's listener, perhaps one for Gatekeeper, and the certificates they show,
// from files or from one that keeps itself.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/certificate_notices.h"
#include "app/cluster_access.h"
#include "app/door.h"
#include "app/periodic.h"
#include "app/server_setup.h"
#include "app/serving_certificate.h"

namespace countersign::app {

class Entrance {
 public:
  struct Tools {  // borrowed but for the function; outlive it
    server::Handler& webhook;
    server::Handler* gatekeeper = nullptr;  // for a listener of its own
    server::Submit submit;
    ClusterAccess& cluster;
    server::Metrics& metrics;
    const Clock& clock;
    log::Logger& logger;
  };
  Entrance(const ServerSetup&, Tools);
  ~Entrance() { stop(); }
  Entrance(const Entrance&) = delete;
  Entrance& operator=(const Entrance&) = delete;

  // Opens with what is in the files. With a certificate that keeps itself it opens when there is
  // one, now or later. Reason::BadConfig, with the place.
  [[nodiscard]] Result<void> open();
  // The files again. True: something else is shown now.
  [[nodiscard]] Result<bool> reload();

  void stop();  // following; what is open stays open
  void drain(std::chrono::milliseconds grace);

  std::uint16_t port() const { return main_.door.port(); }
  std::uint16_t gatekeeper_port() const { return gatekeeper_ ? gatekeeper_->door.port() : 0; }
  std::vector<std::string> problems(Time now) const;  // why nobody can be served
  std::string text() const;                           // lines for /readyz?verbose
  void show() const;                                  // the gauges, as they are now

 private:
  struct Way {
    Door door;
    ServingFiles files;
    bool own = false;  // shows the certificate that keeps itself
  };
  Result<bool> renew(Way&);
  Result<bool> renew_all();
  std::vector<const Way*> ways() const;
  std::optional<Time> not_after() const;  // of the certificate that ends first

  Tools tools_;
  std::optional<serving::KeeperSetup> self_managed_;
  Way main_;
  std::unique_ptr<Way> gatekeeper_;  // null: no listener of its own
  CertificateNotices notices_;
  std::unique_ptr<ServingCertificate> certificate_;  // null: files
  std::unique_ptr<Periodic> looks_;                  // at the ends of certificates
};

}  // namespace countersign::app
