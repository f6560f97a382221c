// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/profile.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";

Result<void> check_single(const Certificate& certificate, Purpose purpose);
Result<void> check_links(const Chain& chain);
Result<void> check_signature_strength(const Certificate& certificate);
Result<void> check_leaf(const Certificate& leaf, Purpose purpose);
Result<void> check_ca(const Certificate& ca, std::size_t cas_below, Purpose purpose);
std::unexpected<Error> refuse(const Certificate& certificate, std::string_view why);

}  // namespace

Result<void> check_profile(const Chain& chain, Purpose purpose) {
  if (chain.empty()) {
    return fail(Reason::CertificateProfile, "certificate chain is empty");
  }
  if (chain.size() > limits::kChainCertificates) {
    return fail(Reason::CertificateProfile, "certificate chain is longer than the limit");
  }
  if (chain.size() == 1) {
    return check_single(chain.front(), purpose);
  }
  // What the certificates say comes before the signatures that join them: no key is used that the
  // profile refuses.
  TRY_VOID(check_leaf(chain.front(), purpose));
  for (std::size_t i = 1; i < chain.size(); ++i) {
    TRY_VOID(check_ca(chain[i], i - 1, purpose));
  }
  return check_links(chain);
}

namespace {

// "If the certificate chain contains only a root certificate then the root certificate MUST meet
// Leaf Certificates requirements and ignore Root and Intermediate CA Certificates requirements."
Result<void> check_single(const Certificate& certificate, Purpose purpose) {
  TRY_VOID(check_leaf(certificate, purpose));
  if (!certificate.self_signed()) {
    return refuse(certificate, "is the only one of the chain and not self-signed");
  }
  return {};
}

// "Ordered list ... the certificate containing the public key used to digitally sign the payload
// must be the first certificate, followed by the intermediate and root certificates in the correct
// order. ... MUST NOT contain a certificate that is unrelated." Who is self-signed is decided by
// keys: leaf and root may share one name.
Result<void> check_links(const Chain& chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    if (chain[i].self_signed()) {
      return refuse(chain[i], "is self-signed and not the last of the chain");
    }
    if (!chain[i].issued_by(chain[i + 1])) {
      return refuse(chain[i], "is not issued by the next of the chain");
    }
  }
  if (!chain.back().self_signed()) {
    return refuse(chain.back(), "ends the chain and is not a self-signed root");
  }
  return {};
}

// "Any certificate in the certificate chain MUST NOT use SHA1WithRSA and ECDSAWithSHA1 signatures."
Result<void> check_signature_strength(const Certificate& certificate) {
  switch (certificate.signature_strength()) {
    case SignatureStrength::Strong:
      return {};
    case SignatureStrength::Weak:
      break;
  }
  return refuse(certificate, "is signed with a weak or unknown algorithm");
}

Result<void> check_key_usage_form(const Certificate& certificate, Purpose purpose) {
  if (!certificate.key_usage()) {
    return refuse(certificate, "has no key usage");
  }
  switch (purpose) {
    case Purpose::CodeSigning:  // "MUST be marked critical"
      if (certificate.key_usage()->criticality != Criticality::Critical) {
        return refuse(certificate, "has a key usage that is not critical");
      }
      return {};
    case Purpose::Timestamping:  // "SHOULD be marked critical"
      return {};
  }
  return refuse(certificate, "is asked for an unknown purpose");
}

Result<void> check_leaf_key_usage(const Certificate& leaf, Purpose purpose) {
  using enum KeyUsageBit;
  TRY_VOID(check_key_usage_form(leaf, purpose));
  const KeyUsage& usage = *leaf.key_usage();
  if (!usage.has(DigitalSignature)) {
    return refuse(leaf, "lacks the key usage digitalSignature");
  }
  for (const KeyUsageBit forbidden : {KeyEncipherment, DataEncipherment, KeyAgreement, KeyCertSign,
                                      CrlSign, EncipherOnly, DecipherOnly}) {
    if (usage.has(forbidden)) {
      return refuse(leaf, "has a key usage beside digitalSignature");
    }
  }
  return {};
}

// "MAY contain id-kp-codeSigning and MUST NOT contain anyExtendedKeyUsage, serverAuth, clientAuth,
// emailProtection and timeStamping"; OCSPSigning is notation-core-go's addition.
Result<void> check_code_signing_purposes(const Certificate& leaf) {
  static constexpr std::array<std::string_view, 6> kForbidden{
      "2.5.29.37.0",        // anyExtendedKeyUsage
      "1.3.6.1.5.5.7.3.1",  // serverAuth
      "1.3.6.1.5.5.7.3.2",  // clientAuth
      "1.3.6.1.5.5.7.3.4",  // emailProtection
      kTimeStamping,
      "1.3.6.1.5.5.7.3.9",  // OCSPSigning
  };
  if (!leaf.extended_key_usage()) {
    return {};
  }
  for (const std::string& purpose : leaf.extended_key_usage()->purposes) {
    if (std::ranges::find(kForbidden, purpose) != kForbidden.end()) {
      return refuse(leaf, "has the extended key usage " + purpose);
    }
  }
  return {};
}

// "MUST be present and MUST be marked critical. The value MUST contain id-kp-timeStamping only."
Result<void> check_timestamping_purposes(const Certificate& leaf) {
  const auto& usage = leaf.extended_key_usage();
  if (!usage || usage->purposes.size() != 1 || usage->purposes.front() != kTimeStamping) {
    return refuse(leaf, "does not have timeStamping as its only extended key usage");
  }
  if (usage->criticality != Criticality::Critical) {
    return refuse(leaf, "has an extended key usage that is not critical");
  }
  return {};
}

Result<void> check_leaf_purposes(const Certificate& leaf, Purpose purpose) {
  switch (purpose) {
    case Purpose::CodeSigning:
      return check_code_signing_purposes(leaf);
    case Purpose::Timestamping:
      return check_timestamping_purposes(leaf);
  }
  return refuse(leaf, "is asked for an unknown purpose");
}

Result<void> check_leaf(const Certificate& leaf, Purpose purpose) {
  if (leaf.basic_constraints() && leaf.basic_constraints()->ca) {
    return refuse(leaf, "is a CA and signs itself");
  }
  TRY_VOID(check_leaf_key_usage(leaf, purpose));
  TRY_VOID(check_leaf_purposes(leaf, purpose));
  if (!leaf.public_key().algorithm()) {
    return refuse(
        leaf, "has a key that is not supported: " + std::string(leaf.public_key().description()));
  }
  return check_signature_strength(leaf);
}

Result<void> check_ca(const Certificate& ca, std::size_t cas_below, Purpose purpose) {
  const auto& constraints = ca.basic_constraints();
  if (!constraints || !constraints->ca) {
    return refuse(ca, "is not a CA");
  }
  if (constraints->criticality != Criticality::Critical) {
    return refuse(ca, "has basic constraints that are not critical");
  }
  if (constraints->path_length && std::cmp_less(*constraints->path_length, cas_below)) {
    return refuse(ca, "has more CAs below than its path length allows");
  }
  TRY_VOID(check_key_usage_form(ca, purpose));
  if (!ca.key_usage()->has(KeyUsageBit::KeyCertSign)) {
    return refuse(ca, "lacks the key usage keyCertSign");
  }
  if (ca.public_key().security_bits() < limits::kCaSecurityBits) {
    return refuse(ca, "has a weak key: " + std::string(ca.public_key().description()));
  }
  return check_signature_strength(ca);
}

std::unexpected<Error> refuse(const Certificate& certificate, std::string_view why) {
  return fail(Reason::CertificateProfile,
              "certificate \"" + certificate.subject() + "\" " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
