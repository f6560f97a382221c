// SPDX-License-Identifier: Apache-2.0
// A blocking HTTP client that can do everything wrong: bytes as they are, plain or over TLS.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::server::test {

struct Answer {
  int status = 0;                             // 0: none came
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;

  bool closes() const {
    return fields.contains("connection") && fields.at("connection") == "close";
  }
};

enum class End : std::uint8_t {
  Clean,    // close_notify and the end of the stream; plain: the end of the stream
  Cut,      // the end of the stream without a close_notify, or a reset
  Waiting,  // the peer did not close in the time that no sound test needs
};

struct TlsOptions {
  int least = 0;  // TLS1_2_VERSION ...; 0: as OpenSSL likes it
  int most = 0;
  std::string ciphers = {};  // TLS 1.2
  std::string alpn = {};     // in wire form
  std::string server_name = {};
  std::function<void(SSL_CTX*)> configure = {};  // the last word
};

// For `configure`: shows the certificate, with what is above it.
std::function<void(SSL_CTX*)> showing(const std::string& chain_pem, const std::string& key_pem);
// For `configure`: connects only to who has a certificate under one of these for this name, as an
// API server does.
std::function<void(SSL_CTX*)> trusting(const std::string& ca_bundle, const std::string& name);

class Client {
 public:
  static Client plain(std::uint16_t port);
  static Client tls(std::uint16_t port, const TlsOptions& options = {});
  // Over a socket that is connected already.
  explicit Client(int socket) : socket_(socket) {}
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;
  ~Client();

  bool connected() const { return connected_; }  // the handshake, too
  SSL* ssl() const { return ssl_.get(); }
  std::string peer_serial() const;  // of its certificate, in hex

  bool send(std::string_view bytes);
  Answer receive(std::string_view method = "POST");
  Answer ask(std::string_view request);  // send and receive
  End wait_for_end();                    // drops what still comes
  int alert();                           // that ends it, SSL_AD_...; 0: it ends without one
  std::size_t dropped() const { return dropped_; }
  void close();

 private:
  int read_some(char* into, int size);  // as recv(2)
  bool fill();

  int socket_ = -1;
  bool connected_ = true;
  crypto::OpensslPtr<SSL, SSL_free> ssl_;
  std::string input_;
  std::size_t dropped_ = 0;
};

std::string post(std::string_view body, std::string_view path = "/validate",
                 std::string_view fields = "Content-Type: application/json\r\n");

}  // namespace countersign::server::test
