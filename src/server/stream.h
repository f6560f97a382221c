// SPDX-License-Identifier: Apache-2.0
// The bytes of one non-blocking socket, plain or TLS. Nothing here waits.
//
// Driven directly, not through Asio's TLS stream: that one keeps two buffers of 17 KiB and a pipe
// of 34 KiB for every connection, also for idle ones.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::server {

using SslPtr = crypto::OpensslPtr<SSL, SSL_free>;

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
  Outcome read(std::span<char> into);
  Outcome write(std::string_view bytes);
  void say_goodbye();                     // close_notify, when the protocol has one
  Outcome discard(std::span<char> into);  // reads what comes and decrypts nothing

 private:
  Outcome tls_outcome(int result, std::size_t bytes);

  int socket_;
  SslPtr tls_;
  bool broken_ = false;  // after a fatal error nothing more may be sent (SSL_shutdown(3))
};

}  // namespace countersign::server
