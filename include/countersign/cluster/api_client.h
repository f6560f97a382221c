// SPDX-License-Identifier: Apache-2.0
// Reads single objects of the Kubernetes API: the verb get, nothing else.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/cluster/api_server.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"
#include "countersign/net/http_transport.h"

namespace countersign::cluster {

class ApiClient {  // thread-safe
 public:
  using ReadToken = std::function<Result<std::string>()>;  // from its file, each time anew

  // The transport is this server's own and, like the clock, outlives the client.
  ApiClient(ApiServer, ReadToken, net::HttpTransport&, const Clock&);
  ~ApiClient();
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // All at once; the results in order. nullopt: the API server was asked and has none. Errors:
  //   BadConfig               the webhook's token can't be read or is refused, even after it was
  //                           read again; its service account lacks the right to get the object
  //   CredentialsUnavailable  the API server can't be reached, fails, throttles, or answers with
  //                           what is no such object
  //   AddressNotAllowed, DeadlineExceeded
  std::vector<Result<std::optional<codec::Json>>> get(std::span<const Resource>, Deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::cluster
