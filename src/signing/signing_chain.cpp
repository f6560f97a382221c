// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/same_key.h"
#include "countersign/signing/signer.h"
#include "countersign/x509/chain_order.h"
#include "countersign/x509/profile.h"

namespace countersign::signing {
namespace {

using x509::Certificate;
using x509::Chain;

Result<Certificate> take_leaf(Chain& certificates, const crypto::PublicKey& key);
Result<Chain> climb(Certificate leaf, Chain& certificates);
Result<void> check_times(const Chain& chain, Time now);
std::string quoted(const Certificate& certificate);

}  // namespace

Result<Chain> signing_chain(const crypto::PublicKey& key, const Chain& certificates, Time now) {
  if (certificates.size() > limits::kChainCertificates) {
    return fail(Reason::BadConfig, "more than " + std::to_string(limits::kChainCertificates) +
                                       " certificates were given");
  }
  Chain rest = x509::in_order(certificates);
  TRY(auto leaf, take_leaf(rest, key));
  TRY(auto chain, climb(std::move(leaf), rest));
  if (!rest.empty()) {
    return fail(Reason::BadConfig, "the certificate " + quoted(rest.front()) +
                                       " does not belong to the chain of " + quoted(chain.front()));
  }
  if (auto fits = x509::check_profile(chain, x509::Purpose::CodeSigning); !fits) {
    return fail(Reason::BadConfig, std::move(fits).error().detail);
  }
  TRY_VOID(check_times(chain, now));
  return chain;
}

namespace {

std::string quoted(const Certificate& certificate) { return "\"" + certificate.subject() + "\""; }

// Two of one key, an old one and its successor, say: nobody but the owner knows which is meant.
Result<Certificate> take_leaf(Chain& certificates, const crypto::PublicKey& key) {
  const auto is_ours = [&](const Certificate& certificate) {
    return crypto::same_key(certificate.public_key(), key);
  };
  const auto found = std::ranges::find_if(certificates, is_ours);
  if (found == certificates.end()) {
    return fail(Reason::BadConfig, certificates.empty()
                                       ? "there is no certificate"
                                       : "no certificate is of the signing key; the first is of " +
                                             quoted(certificates.front()));
  }
  Certificate leaf = *found;
  certificates.erase(found);
  const auto other = std::ranges::find_if(certificates, is_ours);
  if (other != certificates.end()) {
    return fail(Reason::BadConfig, "two certificates are of the signing key: " + quoted(leaf) +
                                       ", serial number " + leaf.serial() + ", and " +
                                       quoted(*other) + ", serial number " + other->serial());
  }
  return leaf;
}

// From the leaf up, until a root. What is taken is gone, so that this ends where two authorities
// certify each other.
Result<Chain> climb(Certificate leaf, Chain& certificates) {
  Chain chain{std::move(leaf)};
  while (!chain.back().self_signed()) {
    const auto issuer = std::ranges::find_if(
        certificates,
        [&chain](const Certificate& certificate) { return chain.back().issued_by(certificate); });
    if (issuer == certificates.end()) {
      return fail(Reason::BadConfig, "the certificate of \"" + chain.back().issuer() +
                                         "\", which issued " + quoted(chain.back()) +
                                         ", is missing; the chain goes up to its root");
    }
    chain.push_back(*issuer);
    certificates.erase(issuer);
  }
  return chain;
}

Result<void> check_times(const Chain& chain, Time now) {
  for (const Certificate& certificate : chain) {
    if (!certificate.valid_at(now)) {
      return fail(Reason::BadConfig, "the certificate " + quoted(certificate) + " is valid from " +
                                         codec::format_rfc3339(certificate.not_before()) + " to " +
                                         codec::format_rfc3339(certificate.not_after()) +
                                         ", and now it is " + codec::format_rfc3339(now));
    }
  }
  return {};
}

}  // namespace
}  // namespace countersign::signing
