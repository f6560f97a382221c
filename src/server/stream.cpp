// SPDX-License-Identifier: Apache-2.0
#include "server/stream.h"

#include <cerrno>
#include <sys/socket.h>

#include <openssl/err.h>

namespace countersign::server {
namespace {

Stream::Outcome socket_outcome(ssize_t result, Stream::State want) {
  if (result > 0) {
    return {Stream::State::Done, static_cast<std::size_t>(result)};
  }
  const bool later = result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return {later ? want : Stream::State::Closed, 0};
}

}  // namespace

Stream::State Stream::handshake() {
  if (!tls_) {
    return State::Done;
  }
  ERR_clear_error();
  if (SSL_get_fd(tls_.get()) < 0 && SSL_set_fd(tls_.get(), socket_) != 1) {
    return State::Closed;
  }
  return tls_outcome(SSL_accept(tls_.get()), 0).state;
}

std::optional<RefusedClient> Stream::refused_client() const {
  return tls_ ? server::refused_client(tls_.get()) : std::nullopt;
}

Stream::Outcome Stream::read(std::span<char> into) {
  if (!tls_) {
    return socket_outcome(::recv(socket_, into.data(), into.size(), 0), State::WantRead);
  }
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &bytes);
  return tls_outcome(result, bytes);
}

bool Stream::holds_input() const { return tls_ && SSL_has_pending(tls_.get()) == 1; }

Stream::Outcome Stream::write(std::string_view bytes) {
  if (!tls_) {
    return socket_outcome(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                          State::WantWrite);
  }
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written);
  return tls_outcome(result, written);
}

Stream::State Stream::look() {
  char byte = 0;
  if (!tls_) {
    const auto result = ::recv(socket_, &byte, 1, MSG_PEEK);
    return result == 0 ? State::Done : socket_outcome(result, State::WantRead).state;
  }
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_peek_ex(tls_.get(), &byte, 1, &bytes);
  return tls_outcome(result, bytes).state;
}

Stream::Outcome Stream::tls_outcome(int result, std::size_t bytes) {
  if (result == 1) {
    return {State::Done, bytes};
  }
  const int error = SSL_get_error(tls_.get(), result);
  if (error == SSL_ERROR_WANT_READ) {
    return {State::WantRead, 0};
  }
  if (error == SSL_ERROR_WANT_WRITE) {
    return {State::WantWrite, 0};
  }
  broken_ = error != SSL_ERROR_ZERO_RETURN;
  return {};
}

void Stream::say_goodbye() {
  if (tls_ && !broken_) {
    ERR_clear_error();
    // Once, without waiting for the peer's: it is a courtesy, and the socket is closed next.
    SSL_shutdown(tls_.get());
  }
}

Stream::Outcome Stream::discard(std::span<char> into) {
  return socket_outcome(::recv(socket_, into.data(), into.size(), 0), State::WantRead);
}

}  // namespace countersign::server
