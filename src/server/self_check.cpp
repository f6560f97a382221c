// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/self_check.h"

#include "countersign/base/limits.h"

#include "server/certificates.h"

namespace countersign::server {
namespace {

using StorePtr = crypto::OpensslPtr<X509_STORE, X509_STORE_free>;
using StoreContextPtr = crypto::OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free>;

// Borrows its elements.
void free_stack(STACK_OF(X509) * stack) noexcept { sk_X509_free(stack); }
using StackPtr = crypto::OpensslPtr<STACK_OF(X509), free_stack>;

Result<Certificates> part(const char* what, std::string_view pem, std::size_t most) {
  auto certificates = read_certificates(pem, most);
  if (!certificates) {
    return fail(Reason::BadConfig, std::string(what) + ": " + certificates.error().detail);
  }
  return certificates;
}

std::unexpected<Error> no_memory() { return fail(Reason::Internal, openssl_reason()); }

struct Verification {
  StorePtr store{X509_STORE_new()};
  StackPtr above{sk_X509_new_null()};
  StoreContextPtr context{X509_STORE_CTX_new()};
};

bool fill(const Verification& verification, const Certificates& served,
          const Certificates& trusted) {
  const auto& [store, above, context] = verification;
  if (!store || !above || !context) {
    return false;
  }
  // Go trusts what is in the bundle, whatever is above it.
  bool filled = X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) == 1;
  for (const auto& certificate : trusted) {
    filled = filled && X509_STORE_add_cert(store.get(), certificate.get()) == 1;
  }
  for (const auto& certificate : served) {
    filled = filled && sk_X509_push(above.get(), certificate.get()) > 0;
  }
  return filled &&
         X509_STORE_CTX_init(context.get(), store.get(), served.front().get(), above.get()) == 1 &&
         X509_STORE_CTX_set_default(context.get(), "ssl_server") == 1;
}

}  // namespace

Result<void> would_be_accepted(std::string_view chain, std::string_view ca_bundle,
                               const std::string& name, Time now) {
  const crypto::ErrorQueueGuard clean;
  TRY(const auto served, part("the serving certificate", chain, limits::kServingChain));
  TRY(const auto trusted, part("caBundle", ca_bundle, limits::kClientAuthorities));
  const Verification verification;
  if (!fill(verification, served, trusted)) {
    return no_memory();
  }
  auto* const context = verification.context.get();
  X509_STORE_CTX_set_time(context, 0, now.time_since_epoch().count());
  if (X509_verify_cert(context) != 1) {
    const char* const why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    return fail(Reason::BadConfig, std::string("caBundle does not match: ") + why);
  }
  if (!is_for(served.front().get(), name)) {
    return fail(Reason::BadConfig, "the serving certificate is not for the name " + name);
  }
  return {};
}

}  // namespace countersign::server
