// SPDX-License-Identifier: Apache-2.0
// The serving certificate that keeps itself, for as long as the webhook runs.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "countersign/serving/certificate_keeper.h"

#include "app/cluster_access.h"
#include "app/periodic.h"

namespace countersign::app {

class ServingCertificate {
 public:
  using Serve = std::function<void(const serving::ServingPair&)>;

  // Looks once, for limits::kCertificateLookWait at most: then there is a pair, or there is none
  // yet, which is logged and in problems(). Reason::BadConfig: not in a cluster. Access, clock and
  // logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<ServingCertificate>> create(serving::KeeperSetup,
                                                                          ClusterAccess&,
                                                                          const Clock&,
                                                                          log::Logger&);
  ~ServingCertificate() { stop(); }

  std::optional<serving::ServingPair> pair() const;  // nullopt: there never was one

  // Looks again and again in a thread of its own. `serve` gets each pair from there; the one that
  // pair() has, at once if there is one.
  void follow(Serve);
  void stop();  // waits for a look that has begun

  // Why the webhook can't be called; empty when it can.
  std::vector<std::string> problems() const;
  serving::KeeperStatus status() const { return keeper_.status(); }
  std::string text() const;  // what /readyz?verbose says

 private:
  ServingCertificate(serving::KeeperSetup, cluster::ApiClient&, const Clock&, log::Logger&);
  void look();
  void take(const serving::ServingPair&);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<serving::ServingPair> pair_;
  Serve serve_;
  serving::CertificateKeeper keeper_;
  std::unique_ptr<Periodic> looks_;
};

}  // namespace countersign::app
