// SPDX-License-Identifier: Apache-2.0
#include "app/cluster_access.h"

#include <utility>

#include "countersign/base/limits.h"

#include "app/file.h"

namespace countersign::app {

Result<cluster::ApiClient*> ClusterAccess::client() {
  const std::scoped_lock lock(mutex_);
  if (client_) {
    return client_.get();
  }
  auto server = setup_.server ? Result<cluster::ApiServer>(*setup_.server)
                              : cluster::ApiServer::in_cluster(setup_.environment);
  if (!server) {
    return std::unexpected(std::move(server).error());
  }
  auto transport = setup_.transport;
  if (server->address) {
    transport.allowed.push_back(*server->address);
  }
  TRY(http_, net::make_curl_transport(std::move(transport), clock_));
  client_ = std::make_unique<cluster::ApiClient>(
      *std::move(server),
      [file = setup_.token_file] { return read_file(file, limits::kApiTokenBytes); }, *http_,
      clock_);
  return client_.get();
}

}  // namespace countersign::app
