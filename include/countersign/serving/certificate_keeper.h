// SPDX-License-Identifier: Apache-2.0
// A serving certificate that keeps itself: made, renewed and rotated in one Secret, with the bundle
// of its authorities written to those who call (docs/certificates.md).
//
// Replicas need no leader. Each looks at the Secret again and again, and does what is due by
// optimistic concurrency: of two that write, one loses, reads again, and uses what the other wrote.
// A replica only ever serves what the Secret holds.
//
// What goes wrong changes nothing that works: the last good pair goes on being served.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/resource.h"

namespace countersign::serving {

struct ServingPair {
  std::string certificate;  // PEM chain
  Secret key;               // PEM
};

struct Lifetimes {
  std::chrono::seconds authority = limits::kAuthorityLife;
  std::chrono::seconds leaf = limits::kLeafLife;  // at most a third of the authority's
};

struct KeeperSetup {
  cluster::Resource secret;
  // Whose bundle is ours: validating webhook configurations, and Providers of Gatekeeper.
  std::vector<cluster::Resource> targets;
  std::vector<std::string> dns_names;
  Lifetimes lifetimes = {};
};

struct KeeperStatus {
  bool has_pair = false;  // once true it stays
  enum class Bundle : std::uint8_t { Unknown, Misfits, Fits };
  Bundle bundle = Bundle::Unknown;  // at the last look, after what could be mended was
  std::optional<Time> leaf_until = {}, authority_until = {};
  std::size_t mended = 0;    // bundles that somebody else had changed
  std::size_t failures = 0;  // looks that could not do what was due
  std::string trouble = {};  // of the last look; empty: none
};

class CertificateKeeper {
 public:
  using Serve = std::function<void(const ServingPair&)>;

  // All references borrowed. `serve` is called from look(), for each pair that is another than the
  // one before. `chance`, 0 to 1, keeps replicas from renewing at one moment.
  CertificateKeeper(KeeperSetup, cluster::ApiClient&, const Clock&, log::Logger&, Serve,
                    double chance);
  ~CertificateKeeper();
  CertificateKeeper(const CertificateKeeper&) = delete;
  CertificateKeeper& operator=(const CertificateKeeper&) = delete;

  // One look, and all that is due now. From one thread at a time, every limits::kCertificateLook.
  void look(Deadline);

  KeeperStatus status() const;  // from any thread

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::serving
