// SPDX-License-Identifier: Apache-2.0
#include "server/tls.h"

#include <array>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include <openssl/err.h>

namespace countersign::server {
namespace {

// The oldest entry says what went wrong; later ones who passed it on.
std::string openssl_reason() {
  const auto code = ERR_peek_error();
  const char* text =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  return text != nullptr ? text : "unknown error";
}

std::unexpected<Error> refuse(const std::string& what, const std::string& file) {
  auto error = fail(Reason::BadConfig, what + " " + file + ": " + openssl_reason());
  ERR_clear_error();
  return error;
}

// RFC 7301, 3.2: "In the event that the server supports no protocols that the client advertises,
// then the server SHALL respond with a fatal "no_application_protocol" alert."
// NOLINTNEXTLINE(readability-function-size): its parameters are OpenSSL's
int select_http11(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                  const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* selected = nullptr;
  const int found = SSL_select_next_proto(&selected, chosen_size, kHttp11.data(), kHttp11.size(),
                                          offered, offered_size);
  *chosen = selected;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Without it OpenSSL asks for the passphrase of an encrypted key on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

bool harden(SSL_CTX* context, TlsFiles::Least least) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Idle connections give their buffers back; a write may go on with what the last one left.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);      // a record is one system call, not two
  SSL_CTX_set_security_level(context, 2);  // 112 bits: RSA and DH from 2048, no SHA-1
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  SSL_CTX_set_alpn_select_cb(context, select_http11, nullptr);
  const int version = least == TlsFiles::Least::Tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  return SSL_CTX_set_min_proto_version(context, version) == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

std::optional<Time> not_after(const X509* certificate) {
  std::tm calendar{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &calendar) != 1) {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(timegm(&calendar)));
}

}  // namespace

Result<ServingPair> load_serving_pair(const TlsFiles& files, Time now) {
  ERR_clear_error();
  crypto::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context || !harden(context.get(), files.least)) {
    return fail(Reason::Internal, "can't set up TLS: " + openssl_reason());
  }
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return refuse("can't use the certificate", files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return refuse("can't use the key", files.key);
  }
  const auto end = not_after(SSL_CTX_get0_certificate(context.get()));
  if (!end || *end < now) {
    return fail(Reason::BadConfig, "the certificate " + files.certificate + " has expired");
  }
  return ServingPair{std::move(context), *end};
}

void TlsSlot::replace(ServingPair pair) {
  const std::lock_guard lock(mutex_);
  std::swap(pair_, pair);
}

SslPtr TlsSlot::new_connection() const {
  const std::lock_guard lock(mutex_);
  return SslPtr(SSL_new(pair_.context.get()));
}

Time TlsSlot::not_after() const {
  const std::lock_guard lock(mutex_);
  return pair_.not_after;
}

}  // namespace countersign::server
