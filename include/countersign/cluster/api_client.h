// SPDX-License-Identifier: Apache-2.0
// Reads and writes single objects of the Kubernetes API, each by its name: the verbs get, create,
// update and patch; never list or watch.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/cluster/api_server.h"
#include "countersign/cluster/resource.h"
#include "countersign/codec/json.h"
#include "countersign/net/http_transport.h"

namespace countersign::cluster {

// What became of a write that the API server understood.
struct Written {
  enum class Outcome : std::uint8_t {
    Conflict,       // somebody else wrote since the object was read: read it again
    AlreadyExists,  // of a creation
    NotFound,       // there is none to be changed
    Done,
  };
  Outcome outcome = Outcome::Conflict;
  codec::Json object = {};  // Done: as it is stored now
};

enum class PatchKind : std::uint8_t {
  Merge,  // RFC 7396
  Json,   // RFC 6902
};

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
  //                           read again; its service account lacks the right to do this to the
  //                           object, or the cluster has no objects of this kind
  //   CredentialsUnavailable  the API server can't be reached, fails, throttles, or answers with
  //                           what is no such object
  //   AddressNotAllowed, DeadlineExceeded
  std::vector<Result<std::optional<codec::Json>>> get(std::span<const Resource>, Deadline);

  // Writes. The texts are JSON and may hold keys, so they are wiped after use. Nothing is tried
  // again but with a token that was replaced: after CredentialsUnavailable or DeadlineExceeded the
  // write may have been done. Errors as above, and Internal: the API server finds the text invalid.
  [[nodiscard]] Result<Written> create(const Resource&, const Secret& object, Deadline);
  // The whole object. Two writers never lose each other's change if its metadata has the
  // resourceVersion that it was read with, which is the caller's duty: one of them gets Conflict.
  [[nodiscard]] Result<Written> replace(const Resource&, const Secret& object, Deadline);
  // A patch that sets metadata.resourceVersion gets Conflict in the same way.
  [[nodiscard]] Result<Written> patch(const Resource&, PatchKind, const Secret& patch, Deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::cluster
