// SPDX-License-Identifier: Apache-2.0
// The way to the Kubernetes API: of the cluster that we run in, or of another that the
// configuration names.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/api_server.h"
#include "countersign/net/curl_transport.h"

namespace countersign::app {

struct ClusterSetup {
  std::optional<cluster::ApiServer> server = {};  // nullopt: that of the cluster
  cluster::Environment environment = {};
  std::filesystem::path token_file = {};
  net::TransportOptions transport = {};  // reaches nothing but the API server
};

class ClusterAccess {  // thread-safe
 public:
  // The clock is borrowed.
  ClusterAccess(ClusterSetup setup, const Clock& clock) : setup_(std::move(setup)), clock_(clock) {}

  // Makes the client when it is first wanted, not while the configuration is read; it lives as long
  // as this. Reason::BadConfig: not in a cluster, and no API server was named.
  [[nodiscard]] Result<cluster::ApiClient*> client();

 private:
  const ClusterSetup setup_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unique_ptr<net::HttpTransport> http_;
  std::unique_ptr<cluster::ApiClient> client_;  // uses http_
};

}  // namespace countersign::app
