// SPDX-License-Identifier: Apache-2.0
#include "server/tls.h"

#include <array>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "countersign/base/limits.h"

#include "server/certificates.h"

namespace countersign::server {
namespace {

std::unexpected<Error> refuse(const std::string& title, const std::string& why) {
  return fail(Reason::BadConfig, "can't use " + title + ": " + why);
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

bool harden(SSL_CTX* context, TlsMaterial::Least least) {
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
  const int version = least == TlsMaterial::Least::Tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  return SSL_CTX_set_min_proto_version(context, version) == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

// The end of its validity.
Result<Time> check_leaf(X509* certificate, const TlsMaterial& material, Time now) {
  const auto& title = material.titles.certificate;
  const auto valid = validity(certificate);
  if (!valid) {
    return refuse(title, valid.error().detail);
  }
  if (valid->end < now) {
    return refuse(title, "it has expired");
  }
  if (valid->begin > now + limits::kIssuerClockSkew) {
    return refuse(title, "it is not yet valid");
  }
  for (const auto& name : material.expected_names) {
    if (!is_for(certificate, name)) {
      return refuse(title, "it is not for the name " + name);
    }
  }
  return valid->end;
}

Result<Time> use_certificates(SSL_CTX* context, const TlsMaterial& material, Time now) {
  const auto& title = material.titles.certificate;
  const auto chain = read_certificates(material.certificate, limits::kServingChain);
  if (!chain) {
    return refuse(title, chain.error().detail);
  }
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return refuse(title, openssl_reason());
  }
  for (std::size_t above = 1; above < chain->size(); ++above) {
    if (SSL_CTX_add1_chain_cert(context, (*chain)[above].get()) != 1) {
      return refuse(title, openssl_reason());
    }
  }
  return check_leaf(chain->front().get(), material, now);
}

Result<void> use_key(SSL_CTX* context, const TlsMaterial& material) {
  const auto bio = memory_bio(material.key.reveal());
  const crypto::KeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)
                               : nullptr);
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return refuse(material.titles.key, openssl_reason());
  }
  return {};
}

}  // namespace

Result<ServingPair> load_serving_pair(const TlsMaterial& material, const Clock& clock) {
  const crypto::ErrorQueueGuard clean;
  ERR_clear_error();
  crypto::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context || !harden(context.get(), material.least)) {
    return fail(Reason::Internal, "can't set up TLS: " + openssl_reason());
  }
  TRY(const auto end, use_certificates(context.get(), material, clock.now()));
  TRY_VOID(use_key(context.get(), material));
  ServingPair pair{.context = std::move(context), .not_after = end};
  if (material.clients) {
    auto check = ClientCheck::demand(pair.context.get(), *material.clients, clock);
    if (!check) {
      return refuse(material.titles.authorities, check.error().detail);
    }
    pair.clients = std::move(*check);
  }
  return pair;
}

void TlsSlot::replace(ServingPair pair) {
  const std::lock_guard lock(mutex_);
  std::swap(pair_, pair);
}

SslPtr TlsSlot::new_connection() const {
  const std::lock_guard lock(mutex_);
  return SslPtr(SSL_new(pair_.context.get()), SslEnd{pair_.clients});
}

Time TlsSlot::not_after() const {
  const std::lock_guard lock(mutex_);
  return pair_.not_after;
}

}  // namespace countersign::server
