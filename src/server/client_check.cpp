// SPDX-License-Identifier: Apache-2.0
#include "server/client_check.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include "countersign/base/limits.h"

#include "server/certificates.h"

namespace countersign::server {
namespace {

using StorePtr = crypto::OpensslPtr<X509_STORE, X509_STORE_free>;
using GeneralNamesPtr = crypto::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

// The one that there is: of several, each reader would take another.
std::optional<std::string> common_name(const X509* certificate) {
  const auto* subject = X509_get_subject_name(certificate);
  const int first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (first < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, first) >= 0) {
    return std::nullopt;
  }
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, first)));
  const crypto::OpensslBytes owner(utf8);
  if (size < 0) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
}

std::vector<std::string> alternative_names(const X509* certificate) {
  const GeneralNamesPtr found(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int index = 0; found && index < sk_GENERAL_NAME_num(found.get()); ++index) {
    const auto* const name = sk_GENERAL_NAME_value(found.get(), index);
    if (name->type == GEN_DNS || name->type == GEN_URI) {
      names.emplace_back(text_of(name->d.ia5));
    }
  }
  return names;
}

Result<StorePtr> make_store(SSL_CTX* context, const std::string& authorities) {
  TRY(const auto certificates, read_certificates(authorities, limits::kClientAuthorities));
  StorePtr store(X509_STORE_new());
  // An authority is trusted because it is listed, not because of what is above it.
  if (!store || X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1) {
    return fail(Reason::Internal, openssl_reason());
  }
  for (const auto& certificate : certificates) {
    // RFC 5280, 4.2.1.9: "If the cA boolean is not asserted, then the key usage [...] keyCertSign
    // MUST NOT be asserted"; older kinds of CA are not taken.
    if (X509_check_ca(certificate.get()) != 1) {
      return fail(Reason::BadConfig, "one of its certificates is not that of an authority");
    }
    // Clients that have several certificates choose by these names.
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1 ||
        SSL_CTX_add_client_CA(context, certificate.get()) != 1) {
      return fail(Reason::BadConfig, openssl_reason());
    }
  }
  return store;
}

ClientRefusal refusal_of(long code) {
  switch (code) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ClientRefusal::OutOfTime;
    case X509_V_ERR_INVALID_PURPOSE:
      return ClientRefusal::Usage;
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return ClientRefusal::Name;
    default:  // OpenSSL's codes are no closed list
      return ClientRefusal::Untrusted;
  }
}

}  // namespace

Result<std::shared_ptr<const ClientCheck>> ClientCheck::demand(SSL_CTX* context,
                                                               const ClientRules& rules,
                                                               const Clock& clock) {
  const crypto::ErrorQueueGuard clean;
  if (rules.names.empty()) {
    return fail(Reason::BadConfig, "no client is named");
  }
  TRY(auto store, make_store(context, rules.authorities));
  // Not the context's own store: OpenSSL would take our chain from that, too.
  if (SSL_CTX_set1_verify_cert_store(context, store.get()) != 1) {
    return fail(Reason::Internal, openssl_reason());
  }
  std::shared_ptr<const ClientCheck> check(new ClientCheck(rules.names, clock));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, limits::kClientChainDepth);
  SSL_CTX_set_max_cert_list(context, limits::kClientChainBytes);
  SSL_CTX_set_cert_verify_callback(context, &ClientCheck::verify,
                                   const_cast<ClientCheck*>(check.get()));
  return check;
}

int ClientCheck::verify(X509_STORE_CTX* chain, void* self) {
  const auto& check = *static_cast<const ClientCheck*>(self);
  X509_STORE_CTX_set_time(chain, 0, check.clock_.now().time_since_epoch().count());
  if (X509_verify_cert(chain) != 1) {  // trust, times, and that usages do not forbid it
    return 0;
  }
  const int code = check.judge(X509_STORE_CTX_get0_cert(chain));
  X509_STORE_CTX_set_error(chain, code);
  return code == X509_V_OK ? 1 : 0;
}

int ClientCheck::judge(const X509* certificate) const {
  // OpenSSL lets a certificate without the extension pass for every usage.
  auto* const mutable_for_openssl = const_cast<X509*>(certificate);
  const auto flags = X509_get_extension_flags(mutable_for_openssl);
  const auto usages = X509_get_extended_key_usage(mutable_for_openssl);
  if ((flags & EXFLAG_XKUSAGE) == 0 || (usages & XKU_SSL_CLIENT) == 0) {
    return X509_V_ERR_INVALID_PURPOSE;
  }
  return knows(certificate) ? X509_V_OK : X509_V_ERR_HOSTNAME_MISMATCH;
}

bool ClientCheck::knows(const X509* certificate) const {
  auto shown = alternative_names(certificate);
  if (auto name = common_name(certificate)) {
    shown.push_back(std::move(*name));
  }
  return std::ranges::any_of(
      shown, [this](const auto& each) { return std::ranges::find(names_, each) != names_.end(); });
}

std::optional<RefusedClient> refused_client(const SSL* connection) {
  const auto error = ERR_peek_error();
  if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
      ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return RefusedClient{.why = ClientRefusal::Missing};
  }
  const auto code = SSL_get_verify_result(connection);
  if (code == X509_V_OK) {
    return std::nullopt;
  }
  RefusedClient refused{.why = refusal_of(code)};
  const auto* const chain = SSL_get0_verified_chain(connection);
  if (refused.why == ClientRefusal::Name && chain != nullptr && sk_X509_num(chain) > 0) {
    refused.name = common_name(sk_X509_value(chain, 0)).value_or("");
  }
  return refused;
}

}  // namespace countersign::server
