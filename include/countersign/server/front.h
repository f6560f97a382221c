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

namespace countersign::server {

struct HttpRequest {
  std::string path;  // without the query
  std::string query;
  std::string content_type;
  std::string body;
  Tick received;  // when its first byte arrived
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
  virtual HttpReply handle(const HttpRequest&) = 0;
  virtual HttpReply overloaded(const HttpRequest&) = 0;  // cheap: the queue is full
};

// Runs a task on another thread, or says that it can't. A task that is dropped unrun leaves its
// connection waiting until Phases::work has passed.
using Submit = std::function<bool(std::function<void()>)>;

struct TlsFiles {
  std::string certificate;  // PEM chain
  std::string key;          // PEM
  enum class Least : std::uint8_t { Tls12, Tls13 };
  Least least = Least::Tls12;
};

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
  TlsFiles tls;
  Phases phases = {};
  Bounds bounds = {};
  std::function<void(int status)> rejected = {};  // an HTTP error was answered; any thread
};

struct FrontCounters {  // since the start, but `open`
  std::uint64_t accepted = 0, refused = 0, requests = 0, open = 0, handshake_failures = 0;
};

class Front {
 public:
  // Binds and loads the certificate. Reason::BadConfig: address in use, key and certificate that do
  // not match, an expired certificate. Handler, clock and logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<Front>> create(FrontOptions, Handler&, Submit,
                                                             const Clock&, log::Logger&);
  virtual ~Front() = default;  // closes every connection; waits for handlers that are running

  virtual void start() = 0;               // returns at once; serves from threads of its own
  virtual Result<void> reload_tls() = 0;  // the same files again; on failure the old pair stays
  virtual void drain(std::chrono::milliseconds grace) = 0;  // stop accepting, finish, close; blocks
  virtual std::uint16_t port() const = 0;                   // bound
  virtual FrontCounters counters() const = 0;
  virtual Time certificate_not_after() const = 0;
};

}  // namespace countersign::server
