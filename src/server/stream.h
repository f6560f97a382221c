// SPDX-License-Identifier: Apache-2.0
// The bytes of one non-blocking socket, plain or TLS. Nothing here waits.
//
// Driven directly, not through Asio's TLS stream: that one keeps two buffers of 17 KiB and a pipe
// of 34 KiB for every connection, also for idle ones.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "countersign/crypto/openssl_ptr.h"

#include "server/client_check.h"

namespace countersign::server {

struct SslEnd {
  std::shared_ptr<const ClientCheck> clients = nullptr;  // which the handshake asks
  void operator()(SSL* connection) const noexcept { SSL_free(connection); }
};
using SslPtr = std::unique_ptr<SSL, SslEnd>;

class Stream {
 public:
  enum class State : std::uint8_t { Closed, Done, WantRead, WantWrite };
  struct Outcome {
    State state = State::Closed;
    std::size_t bytes = 0;
  };

  // Borrows the socket. Without `tls` the bytes are plain. A thread that writes TLS must have
  // SIGPIPE blocked: OpenSSL calls write(2).
  Stream(int socket, SslPtr tls) : socket_(socket), tls_(std::move(tls)) {}

  State handshake();
  // Why it failed, if it was the client's certificate; at once after it.
  std::optional<RefusedClient> refused_client() const;
  Outcome read(std::span<char> into);
  // Something was taken from the socket that read() has not given yet; no wait would report it.
  bool holds_input() const;
  Outcome write(std::string_view bytes);
  // Whether the peer still waits, without taking what it sends. Done: it sent more, and nothing can
  // be said. A plain peer may have ended its own half only; one that speaks TLS has gone then.
  State look();
  void say_goodbye();                     // close_notify, when the protocol has one
  Outcome discard(std::span<char> into);  // reads what comes and decrypts nothing

 private:
  Outcome tls_outcome(int result, std::size_t bytes);

  int socket_;
  SslPtr tls_;
  bool broken_ = false;  // after a fatal error nothing more may be sent (SSL_shutdown(3))
};

}  // namespace countersign::server
