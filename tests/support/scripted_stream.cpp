// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_stream.h"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "support/loopback_socket.h"

namespace countersign::test {

ServerTls::ServerTls(const ServerIdentity& identity) : context_(SSL_CTX_new(TLS_server_method())) {
  demand_success(context_ != nullptr, "SSL_CTX_new");
  BIO* const certificates =
      BIO_new_mem_buf(identity.certificates.data(), static_cast<int>(identity.certificates.size()));
  X509* const leaf = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr);
  demand_success(leaf != nullptr && SSL_CTX_use_certificate(context_, leaf) == 1, "certificate");
  X509_free(leaf);
  while (X509* const next = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr)) {
    demand_success(SSL_CTX_add_extra_chain_cert(context_, next) == 1, "chain");
  }
  ERR_clear_error();
  BIO_free(certificates);
  BIO* const keys = BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(keys, nullptr, nullptr, nullptr);
  demand_success(key != nullptr && SSL_CTX_use_PrivateKey(context_, key) == 1, "key");
  EVP_PKEY_free(key);
  BIO_free(keys);
  if (identity.most_version != 0) {
    SSL_CTX_set_security_level(context_, 0);  // TLS 1.1 needs SHA-1
    demand_success(SSL_CTX_set_max_proto_version(context_, identity.most_version) == 1, "version");
  }
  if (identity.client != ServerIdentity::Client::NotAsked) {
    ask_for_client(identity);
  }
}

void ServerTls::ask_for_client(const ServerIdentity& identity) {
  BIO* const roots =
      BIO_new_mem_buf(identity.client_ca.data(), static_cast<int>(identity.client_ca.size()));
  X509* const root = PEM_read_bio_X509(roots, nullptr, nullptr, nullptr);
  demand_success(
      root != nullptr && X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), root) == 1,
      "client CA");
  X509_free(root);
  BIO_free(roots);
  SSL_CTX_set_verify(context_,
                     identity.client == ServerIdentity::Client::Required
                         ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                         : SSL_VERIFY_PEER,
                     nullptr);
  // Without it a session that is resumed would be refused.
  demand_success(SSL_CTX_set_session_id_context(
                     context_, reinterpret_cast<const unsigned char*>("test"), 4) == 1,
                 "session id context");
}

ServerTls::~ServerTls() { SSL_CTX_free(context_); }

ServerStream::ServerStream(int socket, const ServerTls* tls) : socket_(socket) {
  const int on = 1;  // else an answer waits for the client's word about the handshake
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls != nullptr) {
    ssl_ = SSL_new(tls->context_);
    demand_success(ssl_ != nullptr && SSL_set_fd(ssl_, socket) == 1, "SSL_new");
    good_ = SSL_accept(ssl_) == 1;
  }
}

ServerStream::~ServerStream() { SSL_free(ssl_); }

std::string ServerStream::client() const {
  X509* const certificate = ssl_ != nullptr ? SSL_get1_peer_certificate(ssl_) : nullptr;
  std::array<char, 256> name{};
  if (certificate != nullptr) {
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
  }
  X509_free(certificate);
  return name.data();
}

bool ServerStream::read(std::string& buffer) {
  std::array<char, 4'096> piece{};
  const auto got = ssl_ != nullptr ? SSL_read(ssl_, piece.data(), static_cast<int>(piece.size()))
                                   : static_cast<int>(recv(socket_, piece.data(), piece.size(), 0));
  if (got <= 0) {
    return false;
  }
  buffer.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool ServerStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = std::min<std::size_t>(bytes.size(), 64 * 1024);
    const auto sent = ssl_ != nullptr
                          ? SSL_write(ssl_, bytes.data(), static_cast<int>(size))
                          : static_cast<int>(::send(socket_, bytes.data(), size, MSG_NOSIGNAL));
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace countersign::test
