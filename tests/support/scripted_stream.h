// SPDX-License-Identifier: Apache-2.0
// The server's end of a connection, with or without TLS.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX
struct ssl_st;      // and SSL

namespace countersign::test {

struct ServerIdentity {  // for TLS
  enum class Client : std::uint8_t { NotAsked, Asked, Required };
  std::string certificates;          // PEM, leaf first
  std::string key;                   // PEM
  int most_version = 0;              // as SSL_CTX_set_max_proto_version
  Client client = Client::NotAsked;  // for its certificate
  std::string client_ca = {};        // PEM
};

class ServerTls {
 public:
  explicit ServerTls(const ServerIdentity& identity);
  ~ServerTls();
  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;

 private:
  friend class ServerStream;
  void ask_for_client(const ServerIdentity& identity);
  ssl_ctx_st* context_;
};

class ServerStream {
 public:
  ServerStream(int socket, const ServerTls* tls);  // null: without TLS. The socket stays open
  ~ServerStream();
  ServerStream(const ServerStream&) = delete;
  ServerStream& operator=(const ServerStream&) = delete;

  bool good() const { return good_; }  // whether the handshake succeeded
  int socket() const { return socket_; }
  std::string client() const;  // the common name in its certificate, or ""

  bool read(std::string& buffer);  // appends; false at the end
  bool write(std::string_view bytes);

 private:
  int socket_;
  ssl_st* ssl_ = nullptr;
  bool good_ = true;
};

}  // namespace countersign::test
