// SPDX-License-Identifier: Apache-2.0
// The HTTPS listener: everything between a socket and a handler, with a limit on every phase.
//
// HTTP/1.1 only (the API server speaks nothing else to webhooks), keep-alive, TLS >= 1.2, no
// session cache or tickets, no renegotiation, no redirects. The numbers are in base/limits.h. An
// HTTP error (400, 404, 405, 411, 413, 415, 417, 431, 500, 503) ends its connection.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/result.h"
#include "countersign/server/tls_material.h"

namespace countersign::server {

struct HttpRequest {
  std::string path;  // without the query
  std::string query;
  std::string content_type;
  std::string body;
  Tick received;              // when its first byte arrived
  std::string trace_id = {};  // of a valid traceparent header (W3C): 32 hexadecimal digits
};

struct HttpReply {
  int status = 500;
  std::string content_type = "application/json";
  std::string body;
  std::optional<int> retry_after;  // seconds
};

// `handle` is called on worker threads, the others on the front's own. Does not throw.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual bool knows(
      std::string_view path) const = 0;  // else 404; a known path takes POST with JSON
  // What needs no waiting and little work: to hand it to another thread would cost more. nullopt,
  // without a trace: handle() is to be asked. Called for bodies of limits::kAtOnceBytes at most.
  virtual std::optional<HttpReply> handle_at_once(const HttpRequest&) { return std::nullopt; }
  virtual HttpReply handle(const HttpRequest&) = 0;
  virtual HttpReply overloaded(const HttpRequest&) = 0;  // cheap: the queue is full
};

// Runs a task on another thread, or says that it can't. A task that is dropped unrun leaves its
// connection waiting until Phases::work has passed.
using Submit = std::function<bool(std::function<void()>)>;

// The longest that each phase of a connection may last, from its start; not from the last byte, so
// that dripping does not help. Tests use shorter ones.
struct Phases {
  std::chrono::milliseconds handshake = limits::kHandshakeWait;
  std::chrono::milliseconds idle = limits::kIdleWait;      // until the first byte of a request
  std::chrono::milliseconds header = limits::kHeaderWait;  // from it to the empty line
  std::chrono::milliseconds body = limits::kBodyWait;
  std::chrono::milliseconds work = limits::kWorkWait;  // the handler; it has a deadline of its own
  std::chrono::milliseconds write = limits::kWriteWait;
  std::chrono::milliseconds linger = limits::kLingerWait;  // reading on, so that no reset overtakes
                                                           // the last reply
  std::chrono::milliseconds last_call = limits::kLastCallWait;  // what `idle` becomes at a drain
};

struct Bounds {
  std::size_t connections = limits::kConnections;  // beyond it they are reset at once
  std::size_t header_bytes = limits::kRequestHeaderBytes;
  std::size_t body_bytes = limits::kReviewBytes;
  std::size_t held_bytes = limits::kHeldBodyBytes;  // of all bodies together; beyond it 503
  std::size_t linger_bytes = limits::kLingerBytes;
};

struct FrontOptions {
  std::string listen;  // "[::]:8443", "127.0.0.1:0"; [::] takes IPv4, too
  TlsMaterial tls;
  Phases phases = {};
  Bounds bounds = {};
  // Of any thread: an HTTP error was answered, a client's certificate was not taken.
  std::function<void(int status)> rejected = {};
  std::function<void(ClientRefusal)> client_refused = {};
};

struct FrontCounters {  // since the start, but `open`
  std::uint64_t accepted = 0, refused = 0, requests = 0, open = 0, handshake_failures = 0;
  std::uint64_t gone = 0;  // callers that left before they were answered
};

class Front {
 public:
  // Binds and loads the certificate. Reason::BadConfig: address in use, key and certificate that do
  // not match, an expired certificate, authorities of clients that are none. Handler, clock and
  // logger are borrowed. A process may have several fronts.
  [[nodiscard]] static Result<std::unique_ptr<Front>> create(FrontOptions, Handler&, Submit,
                                                             const Clock&, log::Logger&);
  virtual ~Front() = default;  // closes every connection; waits for handlers that are running

  virtual void start() = 0;  // returns at once; serves from threads of its own
  // For new connections; those that exist go on. What create() would refuse is refused, and the old
  // pair stays.
  virtual Result<void> replace_tls(TlsMaterial) = 0;
  virtual void drain(std::chrono::milliseconds grace) = 0;  // stop accepting, finish, close; blocks
  virtual std::uint16_t port() const = 0;                   // bound
  virtual FrontCounters counters() const = 0;
  virtual Time certificate_not_after() const = 0;
};

}  // namespace countersign::server
